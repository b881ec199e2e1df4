using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Steps;

namespace DurableRouter.Core.Budgets;

enum Reservation
{
    /// <summary>The money is set aside; settle it after the call.</summary>
    Reserved,

    /// <summary>A person chose to finish cheaper: decide the route again.</summary>
    Reroute,

    /// <summary>The run is over.</summary>
    Over,
}

/// <summary>Sets an attempt's upper bound aside before it goes out. Where the cap would be crossed a person decides: raise it, finish with
/// the cheapest models, or stop with what there is.</summary>
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

            // One question for all branches: they share the budget.
            _open = _open is { IsCompleted: false } ? _open : AskAsync(step, model, usd);
            await _open;
        }

        return Reservation.Over;
    }

    async Task AskAsync(StepState step, string model, decimal usd)
    {
        var spent = Usd(run.Budget.SpentUsd);
        var reason = $"step {step.Id} may cost up to {Usd(usd)} with {model}; {spent} of {Usd(run.Budget.CapUsd ?? 0)} is spent";
        var closed = await ApprovalGate.AskAsync(run, step, new ApprovalQuestion(ApprovalKind.Budget, "operators", Patience, "deny",
            "Raise the run's budget, finish with the cheapest models, or stop it and keep what there is.",
            run.CheapestOnly ? [reason, "the run already uses the cheapest models"] : [reason], Model: model));
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
            run.Budget.Raise(by);
        }
        else
        {
            run.CheapestOnly |= edits.TryGetProperty("finish", out var finish) && finish.ValueKind == JsonValueKind.String && finish.ValueEquals("cheaper");
        }
    }

    static string Usd(decimal value) => "$" + value.ToString("0.######", CultureInfo.InvariantCulture);
}
