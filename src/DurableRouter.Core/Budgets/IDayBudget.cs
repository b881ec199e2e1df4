namespace DurableRouter.Core.Budgets;

/// <summary>Holds a pipeline's attempts of one day to its cap (<c>budgets.perPipelinePerDay</c>). Atomic across everything that shares the ledger.</summary>
public interface IDayBudget
{
    /// <summary>Sets an attempt's upper bound aside before its call goes out. Waits while calls that are out hold what would be enough.</summary>
    /// <param name="capUsd">US dollars; null: no cap, the sum is only kept.</param>
    /// <returns>False, with nothing set aside, when the attempt could cross the cap.</returns>
    ValueTask<bool> TryReserveAsync(PipelineDay day, decimal? capUsd, decimal upperBoundUsd, CancellationToken cancellationToken);

    /// <summary>Puts what the attempt added to the ledger in the reservation's place; 0 for a call that was not made.</summary>
    ValueTask SettleAsync(PipelineDay day, decimal upperBoundUsd, decimal costUsd);
}

/// <param name="Day">UTC, by the start of the attempt.</param>
public readonly record struct PipelineDay(string Pipeline, DateOnly Day);
