using DurableRouter.Core.Values;

namespace DurableRouter.Core.Messages;

/// <summary>The workflow's output. Persisted.</summary>
/// <param name="SchemaVersion">1.</param>
/// <param name="Outcome">completed, rejected, expired, budget_stopped, failed.</param>
/// <param name="Output">What the pipeline's result refers to; null unless completed.</param>
/// <param name="Degraded">Why a lesser model's answer stands in the result, step by step; empty when none does.</param>
/// <param name="Failure">Why the run failed, listing every attempt; null otherwise.</param>
/// <param name="Partial">The accepted answers of a run that ended before its result, by step: what was paid for is kept. Null when completed.</param>
/// <param name="Unserved">Decisions that no attempt followed and that nothing told of before; null: none.</param>
public sealed record RunOutput(int SchemaVersion, string Outcome, FieldValue? Output, IReadOnlyList<string> Degraded,
    RunFailure? Failure, RunSummary Summary, IReadOnlyDictionary<string, FieldValue>? Partial = null,
    IReadOnlyList<UnservedRoute>? Unserved = null)
{
    /// <summary>What is told of the run in a list.</summary>
    public RunOutput WithoutValues() => this with { Output = null, Partial = null, Unserved = null };
}
