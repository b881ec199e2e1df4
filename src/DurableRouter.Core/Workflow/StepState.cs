using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Workflow;

/// <summary>What a run knows of one of its steps. Workflow state: rebuilt by replay, never stored.</summary>
sealed class StepState(CompiledStep compiled, StepState? judged = null)
{
    public CompiledStep Compiled { get; } = compiled;

    public StepDefinition Definition => Compiled.Definition;

    public string Id => Definition.Id;

    /// <summary>How often the step was begun; the revision in attempt keys is one less.</summary>
    public int Rounds { get; set; }

    /// <summary>Counts approvals of the step, for their ids.</summary>
    public int Approvals { get; set; }

    /// <summary>The answer that later steps see; null before the first and for a step that was left out.</summary>
    public StepAnswer? Answer { get; set; }

    public bool Finished { get; set; }

    /// <summary>True while the step runs or waits.</summary>
    public bool Active { get; set; }

    /// <summary>What the step waits for, in the words of <see cref="RunProgress.WaitingFor"/>. A judge's wait is its step's.</summary>
    public string? WaitingFor
    {
        get => judged is null ? field : judged.WaitingFor;
        set
        {
            if (judged is null)
            {
                field = value;
            }
            else
            {
                judged.WaitingFor = value;
            }
        }
    }

    /// <summary>The state of the call that grades the step's answers; null without one.</summary>
    public StepState? Judge => field ??= Compiled.Judge is { } judge ? new StepState(judge, this) : null;

    public List<string> Rules { get; } = [];

    /// <summary>Every attempt of the step and its judge so far, for the failure's list.</summary>
    public List<FailedAttempt> Attempts { get; } = judged?.Attempts ?? [];
}

/// <summary>An answer that passed its checks.</summary>
/// <param name="Parts">The parts that others refer to, when <paramref name="Output"/> is stored.</param>
/// <param name="Model">The model, <c>human:SUBJECT</c>, or <c>safe</c> for a declared answer.</param>
/// <param name="Usage">Of the attempt that gave it; none for a person's.</param>
/// <param name="Degraded">Why it is a lesser answer than the first choice's; null when it isn't.</param>
/// <param name="Fallback">True when it isn't the first candidate's.</param>
/// <param name="NextOrdinal">For rows that a person's edits add to the same revision.</param>
sealed record StepAnswer(FieldValue Output, IReadOnlyDictionary<string, FieldValue>? Parts, string Model, TokenUsage Usage, string? Degraded,
    bool Fallback, bool Simulated, int Revision, int NextOrdinal);

/// <summary>Why a run stopped before its last step.</summary>
/// <param name="Outcome">rejected, expired, budget_stopped, failed.</param>
sealed record RunEnd(string Outcome, RunFailure? Failure = null);
