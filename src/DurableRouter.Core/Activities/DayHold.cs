using System.Globalization;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Core.Activities;

/// <summary>One attempt's money in the budgets of the day that it falls under: its pipeline's, then its family's.</summary>
sealed class DayHold
{
    readonly IDayBudget _budget;
    readonly List<DayReservation> _held = new(2);

    DayHold(IDayBudget budget) => _budget = budget;

    /// <summary>The cap that the attempt could cross, for a person; then nothing is held. Null: the money is set aside.</summary>
    public string? Refusal { get; private set; }

    /// <param name="routing">Has the caps; null: the money may be spent already, so no cap counts.</param>
    /// <param name="raiseUsd">How far a person lets the run go past the caps, in US dollars.</param>
    public static async ValueTask<DayHold> TakeAsync(IDayBudget budget, AttemptRow row, RoutingPolicy? routing, decimal upperBoundUsd, decimal raiseUsd,
        CancellationToken cancellationToken)
    {
        var hold = new DayHold(budget);
        var day = DateOnly.FromDateTime(row.StartedAt.UtcDateTime);
        try
        {
            // Always in this order: whoever holds the last one waits for nobody, so nobody waits for ever.
            var fits = await ReserveAsync(new(DayAccountKind.Pipeline, row.Pipeline, day), routing?.Budgets.PerPipelinePerDay)
                && await ReserveAsync(new(DayAccountKind.Family, row.Family, day), routing?.Families.GetValueOrDefault(row.Family)?.Budgets?.PerDay);
            if (!fits)
            {
                await hold.SettleAsync(0);
            }

            return hold;
        }
        catch
        {
            await hold.SettleAsync(0);
            throw;
        }

        async ValueTask<bool> ReserveAsync(DayAccount account, decimal? capUsd)
        {
            capUsd += raiseUsd;
            var reservation = new DayReservation(account, row.Key, upperBoundUsd);
            if (await budget.TryReserveAsync(reservation, capUsd, cancellationToken))
            {
                hold._held.Add(reservation);
                return true;
            }

            hold.Refusal = string.Create(CultureInfo.InvariantCulture,
                $"{(account.Kind == DayAccountKind.Family ? "family" : "pipeline")} {account.Name} could cost more than ${capUsd:0.######} on {day:yyyy-MM-dd} (UTC)");
            return false;
        }
    }

    /// <param name="costUsd">What the attempt added to the ledger; 0 when no call was made.</param>
    public async ValueTask SettleAsync(decimal costUsd)
    {
        foreach (var reservation in _held)
        {
            await _budget.SettleAsync(reservation, costUsd);
        }

        _held.Clear();
    }
}
