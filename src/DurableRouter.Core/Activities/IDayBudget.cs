using DurableRouter.Core.Ledger;

namespace DurableRouter.Core.Activities;

/// <summary>Holds the attempts of one day to a cap (<c>budgets.perPipelinePerDay</c>, a family's <c>budgets.perDay</c>). Atomic across
/// everything that shares the ledger.</summary>
public interface IDayBudget
{
    /// <summary>Sets an attempt's upper bound aside before its call goes out. Waits while calls that are out hold what would be enough.
    /// The same attempt again, after its process died, takes its earlier reservation over.</summary>
    /// <param name="capUsd">US dollars; null: no cap, but the sum stays right for definitions that have one.</param>
    /// <returns>False, with nothing set aside, when the attempt could cross the cap.</returns>
    ValueTask<bool> TryReserveAsync(DayReservation reservation, decimal? capUsd, CancellationToken cancellationToken);

    /// <summary>Puts what the attempt added to the ledger in the reservation's place; 0 for a call that was not made.</summary>
    ValueTask SettleAsync(DayReservation reservation, decimal costUsd);
}

/// <param name="Attempt">The attempt's key.</param>
/// <param name="UpperBoundUsd">What the call can cost at the most, in US dollars.</param>
public readonly record struct DayReservation(DayAccount Account, string Attempt, decimal UpperBoundUsd);
