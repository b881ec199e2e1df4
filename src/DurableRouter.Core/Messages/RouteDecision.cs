using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Messages;

/// <summary>The recorded facts that a decision is made of. Nothing else may influence it.</summary>
/// <param name="Complexity">1 to 5; null before a classification.</param>
/// <param name="InputTokens">Estimated upper bound.</param>
/// <param name="OutputTokens">The step's limit.</param>
/// <param name="UsedModels">Step id to the model whose output was accepted.</param>
/// <param name="BudgetLeftUsd">US dollars; null without a budget.</param>
/// <param name="CheapestOnly">True after a person chose to finish cheaper.</param>
/// <param name="Task">The run's task type; null when nobody said it yet.</param>
/// <param name="Scores">By <c>input.FIELD</c>, of the fields that routes score; null: none was recorded.</param>
/// <param name="Media">The kinds of media that the step sees (<c>image</c>, <c>audio</c>); null: none.</param>
sealed record RouteFacts(int? Complexity, IReadOnlyList<string> Risk, int InputTokens, int OutputTokens,
    IReadOnlyDictionary<string, string> UsedModels, decimal? BudgetLeftUsd, bool CheapestOnly = false, string? RequestedRoute = null,
    string? Task = null, IReadOnlyDictionary<string, TextScore>? Scores = null, IReadOnlyList<string>? Media = null);

/// <summary>The router's answer for one step: who is asked, in which order, and why not the others.</summary>
/// <param name="Rule">Readable and stable: <c>tier fast</c>, <c>complexity 4 -> powerful</c>, <c>explicit models</c>, ...</param>
/// <param name="Candidates">May be empty: then the step ends with <c>no_candidate</c> or <c>input_too_long</c>.</param>
/// <param name="OrderBinds">True when the order itself was asked for: an explicit chain, or the cheapest first. Then a weak answer doesn't
/// skip ahead to a higher tier.</param>
/// <param name="Policy">The row of the family's policy table that held; null: none.</param>
/// <param name="Fallback">That row's own fallback policy; null: the family's holds.</param>
public sealed record RouteDecision(string Rule, IReadOnlyList<RouteCandidate> Candidates, IReadOnlyList<RouteRejection> Rejected,
    bool? OrderBinds = null, string? Policy = null, FallbackPolicy? Fallback = null);

/// <summary>A decision that no attempt followed: there was no candidate, or it was made anew first. Kept for the explanation.</summary>
/// <param name="At">UTC.</param>
/// <param name="SpentUsd">What the run had cost by then, in US dollars.</param>
public sealed record UnservedRoute(string Step, int Revision, DateTimeOffset At, decimal SpentUsd, RouteDecision Route);

/// <param name="Reason">Why it stands at this place, for a person.</param>
/// <param name="Degraded">True when its tier is below the first choice's.</param>
public sealed record RouteCandidate(string Model, string Reason, bool Degraded = false);

/// <param name="Reason">For a person, with the numbers that decided.</param>
public sealed record RouteRejection(string Model, string Reason);
