using System.Globalization;
using DurableRouter.Core.Activities;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Workflow;

/// <summary>One revision of a step that calls a tool, from its payload to a reply that fits the tool's schema.</summary>
/// <remarks>Payload -> approval -> reserve -> call -> repeat -> last link. Every call is an activity of its own and every wait a durable timer. A
/// call that is repeated, after a failure or a crash, carries the same <c>Idempotency-Key</c>: at a tool that honours it there is one effect.</remarks>
sealed class ToolStepRunner(RunState run, StepState step)
{
    readonly ToolDefinition _tool = step.Compiled.Tool!.Definition;
    readonly IReadOnlyList<NamedField> _fields = run.References.Fields(step.Definition);
    readonly int _revision = step.Rounds;
    UnservedRoute? _untold;
    int _ordinal;

    /// <returns>Null when the run is over.</returns>
    public async Task<StepAnswer?> RunAsync()
    {
        run.Begins(step);
        _untold = new UnservedRoute(step.Id, _revision, run.Context.CurrentTime, run.Budget.SpentUsd, Route());
        step.Rules.Add(_untold.Route.Rule);
        var answer = await AnswerAsync();
        KeepUntold();
        return answer;
    }

    async Task<StepAnswer?> AnswerAsync()
    {
        // Nobody is asked about a call that can't be made. What lies in the content store is looked at when the call is made.
        if (ToolPayload.Inline(_fields) is { } payload && step.Compiled.Tool!.Unfit(payload) is { } unfit)
        {
            return await LastAsync(unfit);
        }

        CallPermit? permit = new(null, null);
        if (CallApproval.Reasons(run, step) is { Count: > 0 } reasons)
        {
            KeepUntold();
            var closed = await CallApproval.AskAsync(run, step, _fields, reasons);
            if (closed is null)
            {
                return null;
            }

            permit = CallApproval.Permit(run, closed);
            if (permit is null)
            {
                return OutputApproval.Denied(run, step, _revision, _ordinal + 1, closed);
            }
        }

        var (answer, failure) = await CallAsync(permit);
        return failure is null ? answer : await LastAsync(failure);
    }

    /// <returns>A failure when no further call may be made; neither when the run is over.</returns>
    async Task<(StepAnswer? Answer, StepFailure? Failure)> CallAsync(CallPermit permit)
    {
        for (var calls = 0; !run.IsOver;)
        {
            var reservation = await run.BudgetGate.ReserveAsync(step, _tool.Caller, _tool.CostUsd);
            if (reservation == Reservation.Over)
            {
                break;
            }

            if (reservation == Reservation.Reroute)
            {
                continue; // a tool costs the same whichever models answer
            }

            var input = NextAttempt(permit);
            var result = await run.CallAsync(step, RouterActivities.CallTool, input);
            run.Budget.Settle(_tool.CostUsd, result?.CostUsd ?? 0);
            if (result is null)
            {
                break;
            }

            Note(input, result);
            if (result.Failure is { Code: FailureCodes.DayBudget } overDay)
            {
                // The next turn of the loop finds the run over, or room for the call.
                await run.BudgetGate.PassDayAsync(step, _tool.Caller, _tool.CostUsd, overDay.Message);
                continue;
            }

            if (result.Outcome == AttemptOutcome.Ok)
            {
                return (new StepAnswer(result.Output!, result.Parts, _tool.Caller, TokenUsage.None, null, false, false, _revision, _ordinal + 1), null);
            }

            // Unlike a model's, a call whose outcome is unknown counts: 'attempts' is the most calls that may have had their effect.
            calls++;
            if (NextMove.Again(result.Failure!, _tool.Retries, calls, input.Key, run.Context.CurrentTime) is not { } due)
            {
                return (null, new StepFailure(FailureCodes.ToolFailed, string.Create(CultureInfo.InvariantCulture,
                    $"tool {_tool.Name} failed after {calls} call{(calls == 1 ? "" : "s")}, the last with {result.Failure!.Code}")));
            }

            if (result.Outcome != AttemptOutcome.OutcomeUnknown)
            {
                run.Waits(step, $"retry at {due.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}");
                await run.BeforeEndAsync(run.Context.DelayUntilAsync(due));
                run.Waits(step, null);
            }
        }

        return (null, null);
    }

    Task<StepAnswer?> LastAsync(StepFailure failure) => new LastResort(run, step, _revision, _fields, []).AnswerAsync(_ordinal + 1,
        (failure.Code, failure.Message), run.Family.Fallback.Last);

    /// <summary>What explain shows where other steps have their models: the one tool, by the pipeline's own word.</summary>
    RouteDecision Route() => new($"tool {_tool.Name}, scope {ToolWords.Of(_tool.Scope)}",
        [new RouteCandidate(_tool.Caller, $"named by the step; {_tool.Method} {_tool.Url.GetLeftPart(UriPartial.Path)}")], []);

    AttemptInput NextAttempt(CallPermit permit)
    {
        _ordinal++;
        var input = new AttemptInput
        {
            Key = run.AttemptKey(step.Id, _revision, _ordinal),
            Definition = run.Input.Definition,
            Step = step.Id,
            Model = _tool.Caller,
            Revision = _revision,
            Ordinal = _ordinal,
            Rule = step.Rules[^1],
            Route = _untold?.Route,
            Unserved = run.TellUnserved(),
            Fields = _fields,
            Payload = permit.Payload,
            Approval = permit.Approval,
            UpperBoundUsd = _tool.CostUsd,
            DayRaiseUsd = run.DayRaiseUsd,
        };
        _untold = null;
        return input;
    }

    void Note(AttemptInput input, AttemptResult result)
    {
        run.Attempts++;
        run.ToolCostUsd += result.CostUsd;
        step.Attempts.Add(new FailedAttempt(input.Key, _tool.Caller, Words.Of(result.Outcome), result.Failure?.Code, result.Failure?.Message));
        run.Report();
    }

    /// <summary>Lets the next thing that is recorded tell of the step, where no call did.</summary>
    void KeepUntold()
    {
        if (_untold is { } untold)
        {
            run.Keep(untold);
            _untold = null;
        }
    }
}
