using System.Globalization;
using DurableRouter.Core.Activities;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Routing;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Workflow;

/// <summary>One revision of one step, from its route to an answer that passed its checks.</summary>
/// <remarks>Route -> reserve -> attempt -> retry, repair or fall back -> last link. Every attempt is an activity of its own and every wait a
/// durable timer, so a crash costs at most the call that was out.</remarks>
sealed class StepRunner(RunState run, StepState step, IReadOnlyList<string> issues, JudgedAnswer? judged = null)
{
    readonly StepFields _fields = new(run, step, judged);
    readonly IReadOnlyList<NamedField> _evidence = run.References.Evidence(step.Definition);
    readonly int _revision = step.Rounds;
    UnservedRoute? _unrecorded;
    StepFailure? _lastFailure;
    Weakness? _weakness;
    FallbackPolicy _fallback = run.Family.Fallback;
    int _ordinal;

    enum End
    {
        Answered,
        NextCandidate,
        LargerWindow,
        HigherTier,
        ChainEnds,
        Reroute,
        RunOver,
    }

    /// <returns>Null when the run is over.</returns>
    public async Task<StepAnswer?> RunAsync()
    {
        var (answer, failure) = await TryAsync();
        return failure is null ? answer
            : await new LastResort(run, step, _revision, _fields.All, _evidence).AnswerAsync(_ordinal + 1, (failure.Code, failure.Message), _fallback.Last);
    }

    /// <summary>The same without a last link.</summary>
    /// <returns>A failure when no candidate is left; neither when the run is over.</returns>
    public async Task<(StepAnswer? Answer, StepFailure? Failure)> TryAsync()
    {
        run.Begins(step);
        var tried = await TryRoutesAsync();
        KeepUnserved();
        return tried;
    }

    async Task<(StepAnswer? Answer, StepFailure? Failure)> TryRoutesAsync()
    {
        while (!run.IsOver)
        {
            var route = Decide();
            if (route.Candidates.Count == 0 && !_fields.CanBeInWords && TooLong(route) is { } tooLong)
            {
                run.Finish(new RunEnd("failed", tooLong));
                return (null, null);
            }

            var (end, answer) = await TryCandidatesAsync(route);
            if (end == End.ChainEnds && _fields.CanBeInWords)
            {
                KeepUnserved();
                await _fields.PutInWordsAsync(Why(route).Message);
                _lastFailure = null;
                continue;
            }

            if (end == End.ChainEnds)
            {
                return (null, Why(route));
            }

            if (end != End.Reroute)
            {
                return (answer, null);
            }
        }

        return (null, null);
    }

    RouteDecision Decide()
    {
        var facts = new RouteFacts(run.Complexity, run.Risk, CostCalculator.InputBound(PromptSize.UpperBound(step.Compiled, _fields.All, issues, null)),
            step.Definition.MaxOutputTokens, judged?.UsedModels(run.UsedModels) ?? run.UsedModels, run.Budget.LeftUsd, run.CheapestOnly, run.Input.Route,
            run.TaskType, run.Input.Scores, _fields.Media);
        var route = Router.Decide(step.Definition, run.Compiled, facts);
        KeepUnserved();
        _unrecorded = new UnservedRoute(step.Id, _revision, run.Context.CurrentTime, run.Budget.SpentUsd, route);
        _fallback = route.Fallback ?? run.Family.Fallback;
        step.Rules.Add(route.Rule);
        return route;
    }

    async Task<(End, StepAnswer?)> TryCandidatesAsync(RouteDecision route)
    {
        var tooSmall = 0; // tokens
        for (var index = 0; index < route.Candidates.Count;)
        {
            if (WindowOf(route, index) < tooSmall)
            {
                index++;
                continue;
            }

            var (end, answer) = await TryCandidateAsync(route, index);
            switch (end)
            {
                case End.NextCandidate:
                    index++;
                    break;
                case End.LargerWindow:
                    tooSmall = WindowOf(route, index);
                    index++;
                    break;
                case End.HigherTier:
                    index = Higher(route, index) ?? index + 1;
                    break;
                default:
                    return (end, answer);
            }
        }

        return (End.ChainEnds, null);
    }

    /// <summary>The next candidate of a higher tier; null when there is none, or when the order itself was asked for.</summary>
    int? Higher(RouteDecision route, int index)
    {
        for (var next = index + 1; next < route.Candidates.Count && route.OrderBinds != true; next++)
        {
            if (TierOf(route, next) > TierOf(route, index))
            {
                return next;
            }
        }

        return null;
    }

    bool IsTooLong(AttemptResult result) => result.Failure?.Code == FailureCodes.ContextTooLong && run.Context.WorkflowVersion >= 4;

    int WindowOf(RouteDecision route, int index) => run.Catalog.Find(route.Candidates[index].Model)!.Limits.Context;

    Tier TierOf(RouteDecision route, int index) => run.Catalog.Find(route.Candidates[index].Model)!.Tier;

    async Task<(End, StepAnswer?)> TryCandidateAsync(RouteDecision route, int index)
    {
        var model = run.Catalog.Find(route.Candidates[index].Model)!;
        var degraded = Degradation(route, index, model);
        var tries = new Tries();
        Repair? repair = null;
        while (!run.IsOver)
        {
            var upper = CostCalculator.UpperBound(PromptSize.UpperBound(step.Compiled, _fields.All, issues, repair),
                ModelAttempt.OutputLimit(step.Definition, model), model.Price);
            var reservation = await run.BudgetGate.ReserveAsync(step, model.Name, upper);
            if (reservation != Reservation.Reserved)
            {
                return (reservation == Reservation.Reroute ? End.Reroute : End.RunOver, null);
            }

            var input = NextAttempt(route, index, model, degraded, repair, upper);
            var result = await run.CallAsync(step, RouterActivities.Of(step.Definition.Kind), input);
            run.Budget.Settle(upper, result?.CostUsd ?? 0);
            if (result is null)
            {
                return (End.RunOver, null);
            }

            result = await JudgeGate.PassAsync(run, step, result, model.Name);
            if (result is null)
            {
                return (End.RunOver, null);
            }

            Note(input, result, model);
            if (result.Failure is { Code: FailureCodes.DayBudget } overDay)
            {
                // Every other candidate would meet the same cap, so a person decides.
                var passage = await run.BudgetGate.PassDayAsync(step, model.Name, upper, overDay.Message);
                if (passage != Reservation.Reserved)
                {
                    return (passage == Reservation.Reroute ? End.Reroute : End.RunOver, null);
                }

                continue;
            }

            tries = tries with
            {
                Calls = tries.Calls + (result.Outcome is AttemptOutcome.Ok or AttemptOutcome.Failed ? 1 : 0),
                Holds = tries.Holds + (result.HeldUntil is null ? 0 : 1),
                Unknowns = result.Outcome == AttemptOutcome.OutcomeUnknown ? tries.Unknowns + 1 : 0,
            };
            var move = NextMove.After(result, model, tries, _fallback, input.Key, run.Context);
            switch (move.Kind)
            {
                case MoveKind.Accept:
                    return (End.Answered, new StepAnswer(result.Output!, result.Parts, model.Name, result.Usage, degraded, index > 0,
                        run.IsSimulated(model), _revision, _ordinal + 1));
                case MoveKind.Next:
                    _lastFailure = tries.Unknowns == 0 ? _lastFailure : NextMove.Unknown(model, tries);
                    return (IsTooLong(result) ? End.LargerWindow : End.NextCandidate, null);
                case MoveKind.Higher:
                    return (End.HigherTier, null);
                case MoveKind.Stop:
                    return (End.ChainEnds, null);
                case MoveKind.Repair:
                    (repair, tries) = (result.Rejected, tries with { Repaired = true });
                    break;
            }

            if (move.At is { } due && due > run.Context.CurrentTime)
            {
                run.Waits(step, $"retry at {due.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture)}");
                await run.BeforeEndAsync(run.Context.DelayUntilAsync(due));
                run.Waits(step, null);
            }
        }

        return (End.RunOver, null);
    }

    AttemptInput NextAttempt(RouteDecision route, int index, ModelEntry model, string? degraded, Repair? repair, decimal upper)
    {
        _ordinal++;
        var input = new AttemptInput
        {
            Key = run.AttemptKey(step.Id, _revision, _ordinal),
            Definition = run.Input.Definition,
            Step = step.Id,
            Model = route.Candidates[index].Model,
            Revision = _revision,
            Ordinal = _ordinal,
            Candidate = index,
            Rule = route.Rule,
            Route = _unrecorded?.Route,
            Unserved = run.TellUnserved(),
            DegradedReason = degraded,
            Misroute = model.Tier > _weakness?.Model.Tier ? _weakness.Describe() : null,
            Fields = _fields.All,
            Evidence = _evidence,
            Issues = issues,
            Repair = repair,
            UpperBoundUsd = upper,
            DayRaiseUsd = run.DayRaiseUsd,
            LongestHold = index + 1 < route.Candidates.Count ? model.Retries.RetryAfterCap : null,
        };
        _unrecorded = null;
        return input;
    }

    /// <summary>A decision that no attempt tells of stands in the run's explanation all the same.</summary>
    void KeepUnserved()
    {
        if (_unrecorded is { } unserved)
        {
            run.Keep(unserved);
            _unrecorded = null;
        }
    }

    void Note(AttemptInput input, AttemptResult result, ModelEntry model)
    {
        _lastFailure = result is { Failure: { Code: not FailureCodes.DayBudget } failure, HeldUntil: null } ? failure : _lastFailure;
        _weakness = result switch
        {
            { Outcome: AttemptOutcome.Failed } when result.Rejected is not null => new Weakness(model, result),
            { Outcome: AttemptOutcome.Failed } when _weakness?.Model.Tier < model.Tier => null,
            _ => _weakness,
        };
        run.Attempts++;
        run.Simulated |= run.IsSimulated(model);
        step.Attempts.Add(new FailedAttempt(input.Key, model.Name, Words.Of(result.Outcome), result.Failure?.Code, result.Failure?.Message));
        run.Report();
    }

    string? Degradation(RouteDecision route, int index, ModelEntry model)
    {
        if (!route.Candidates[index].Degraded)
        {
            return _fields.InWords;
        }

        var why = _lastFailure is { } failure ? $"after {failure.Code}" : run.CheapestOnly ? "a person chose to finish cheaper" : route.Candidates[index].Reason;
        return $"{step.Id}: {model.Name} ({Words.Of(model.Tier)}) answers below the routed tier ({route.Rule}): {why}";
    }

    StepFailure Why(RouteDecision route) => _lastFailure is { } last
        ? new(FailureCodes.ChainExhausted, $"every candidate failed, the last with {last.Code}")
        : new(FailureCodes.NoCandidate, $"no model fits: {string.Join("; ", route.Rejected.Select(r => $"{r.Model}: {r.Reason}"))}");

    /// <summary>A step that no window in the catalog holds fails with the sizes named; other empty routes go to the last link.</summary>
    RunFailure? TooLong(RouteDecision route)
    {
        var needed = (long)CostCalculator.InputBound(PromptSize.UpperBound(step.Compiled, _fields.All, issues, null)) + step.Definition.MaxOutputTokens;
        var rejected = route.Rejected.Select(r => run.Catalog.Find(r.Model)).OfType<ModelEntry>().ToList();
        if (rejected.Count == 0 || !rejected.TrueForAll(m => m.Limits.Context < needed))
        {
            return null;
        }

        var sizes = string.Join("; ", route.Rejected.Select(r => $"{r.Model}: {r.Reason}"));
        return new RunFailure(FailureCodes.InputTooLong, FormattableString.Invariant(
            $"step {step.Id} needs up to {needed} tokens, more than every candidate's window ({sizes}). Shorten the input or use a model with a larger window."),
            step.Id, step.Attempts);
    }
}
