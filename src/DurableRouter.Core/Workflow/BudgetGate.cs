using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Workflow;

enum Reservation
{
    /// <summary>The attempt may go out; the run's money that is set aside for it is settled after the call.</summary>
    Reserved,

    /// <summary>A person chose to finish cheaper: decide the route again.</summary>
    Reroute,

    /// <summary>The run is over.</summary>
    Over,
}

/// <summary>Sets an attempt's upper bound aside before it goes out. Where the run's cap would be crossed, or an attempt met a cap
/// of the day, a person decides: raise it, finish with the cheapest models, or stop with what there is.</summary>
sealed class BudgetGate(RunState run)
{
    static readonly TimeSpan Patience = TimeSpan.FromDays(7);

    Task? _open;

    public async Task<Reservation> ReserveAsync(StepState step, string model, decimal usd)
    {
        var cheapest = run.CheapestOnly;
        while (!run.IsOver)
        {
            if (run.CheapestOnly && !cheapest)
            {
                return Reservation.Reroute;
            }

            if (run.Budget.TryReserve(usd))
            {
                return Reservation.Reserved;
            }

            if (run.Budget.ReservedUsd > 0)
            {
                // Calls that are out hold their upper bounds; most cost far less, and then nobody need be asked.
                await run.BeforeEndAsync(run.Budget.Settled);
                continue;
            }

            await AskOnceAsync(() => AskAsync(step, model, "Raise the run's budget, finish with the cheapest models, or stop it and keep what there is.",
                $"step {step.Id} may cost up to {Usd(usd)} with {model}; {Usd(run.Budget.SpentUsd)} of {Usd(run.Budget.CapUsd ?? 0)} is spent",
                run.Budget.Raise));
        }

        return Reservation.Over;
    }

    /// <summary>Asks about an attempt that a budget of the day held back. A raise counts for this run only.</summary>
    /// <param name="why">Which budget.</param>
    public async Task<Reservation> PassDayAsync(StepState step, string model, decimal usd, string why)
    {
        var cheapest = run.CheapestOnly;
        await AskOnceAsync(() => AskAsync(step, model,
            "Let this run go past the budget of the day, finish with the cheapest models, or stop it and keep what there is.",
            $"step {step.Id} may cost up to {Usd(usd)} with {model}: {why}",
            by => run.DayRaiseUsd = (run.DayRaiseUsd ?? 0) + by));
        return run.IsOver ? Reservation.Over : run.CheapestOnly && !cheapest ? Reservation.Reroute : Reservation.Reserved;
    }

    /// <summary>One question for all branches: they share the budgets, and each looks again when it is answered.</summary>
    Task AskOnceAsync(Func<Task> ask) => _open = _open is { IsCompleted: false } ? _open : ask();

    async Task AskAsync(StepState step, string model, string action, string reason, Action<decimal> raiseBy)
    {
        var closed = await ApprovalGate.AskAsync(run, step, new ApprovalQuestion(ApprovalKind.Budget, "operators", Patience, "deny", action,
            run.CheapestOnly ? [reason, "the run already uses the cheapest models"] : [reason], Model: model,
            Simulated: run.Catalog.Find(model) is { } entry && run.IsSimulated(entry)));
        if (closed is null)
        {
            return;
        }

        if (closed.Status != ApprovalStatus.Approved)
        {
            run.Finish(new RunEnd("budget_stopped"));
            return;
        }

        // Anything else decides nothing: the question is put again.
        if (closed.Edits?.Inline is not { ValueKind: JsonValueKind.Object } edits)
        {
            return;
        }

        run.Overrides++;
        if (edits.TryGetProperty("raiseUsd", out var raise) && raise.ValueKind == JsonValueKind.Number && raise.TryGetDecimal(out var by) && by > 0)
        {
            raiseBy(by);
        }
        else
        {
            run.CheapestOnly |= edits.TryGetProperty("finish", out var finish) && finish.ValueKind == JsonValueKind.String && finish.ValueEquals("cheaper");
        }
    }

    static string Usd(decimal value) => "$" + value.ToString("0.######", CultureInfo.InvariantCulture);
}
