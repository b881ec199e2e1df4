namespace DurableRouter.Core.Ledger;

/// <summary>How the decisions of one rule for one step of a pipeline turned out. A decision is one revision of a step in one run.</summary>
/// <param name="Rule">Of the decision's first attempt.</param>
/// <param name="FirstChoice">Answered by the first candidate; an answer that a judge refused and another one replaced doesn't count.</param>
/// <param name="Fallbacks">Answered by a later candidate.</param>
/// <param name="Human">Answered by a person, at the end of the chain.</param>
/// <param name="Unanswered">No answer, or none yet.</param>
/// <param name="Misroutes">A lower tier's answer was not good enough and a higher tier was asked.</param>
/// <param name="Degraded">Answered by a lesser model than the first choice.</param>
/// <param name="Attempts">Rows of the ledger, skips included.</param>
/// <param name="CostUsd">US dollars.</param>
public sealed record RoutingGroup(string Pipeline, string Step, string Rule, long Decisions, long FirstChoice, long Fallbacks, long Human,
    long Unanswered, long Misroutes, long Degraded, long Attempts, decimal CostUsd);
