using System.Text.Json.Serialization;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Messages;

/// <summary>The input of one attempt: one call to one model or tool for one step. Persisted in histories.</summary>
public sealed record AttemptInput
{
    public int SchemaVersion { get; init; } = 1;

    /// <summary><c>run/step[item]/revision/ordinal</c>.</summary>
    public required string Key { get; init; }

    /// <summary>The address of the run's definition.</summary>
    public required string Definition { get; init; }
    public required string Step { get; init; }
    public required string Model { get; init; }
    public int Revision { get; init; }
    public int Ordinal { get; init; }
    public int Candidate { get; init; }
    public required string Rule { get; init; }

    /// <summary>The whole decision, on the first attempt of a step and revision.</summary>
    public RouteDecision? Route { get; init; }

    /// <summary>Decisions of the run that no attempt followed, in the order in which they were made; null: none since the last ones told.</summary>
    public IReadOnlyList<UnservedRoute>? Unserved { get; init; }
    public string? DegradedReason { get; init; }

    /// <summary>Which lower tier's answer was not good enough before this attempt; null when none was.</summary>
    public string? Misroute { get; init; }

    /// <summary>The step's input, in declared order.</summary>
    public required IReadOnlyList<NamedField> Fields { get; init; }

    /// <summary>Texts that checks compare with and the model doesn't see.</summary>
    public IReadOnlyList<NamedField> Evidence { get; init; } = [];

    /// <summary>What a verifier or a person found wrong in the last revision.</summary>
    public IReadOnlyList<string> Issues { get; init; } = [];

    /// <summary>Set on the one attempt that shows the model its own rejected answer.</summary>
    public Repair? Repair { get; init; }

    /// <summary>What is reserved for the call, in US dollars: its cost if the outcome stays unknown or its usage can't be believed.</summary>
    public decimal UpperBoundUsd { get; init; }

    /// <summary>How far a person lets this run go past the pipeline's budget of the day, in US dollars; null: not at all.</summary>
    public decimal? DayRaiseUsd { get; init; }

    /// <summary>tool: what a person made of the fields before they let the call pass; null: the fields as they are.</summary>
    public FieldValue? Payload { get; init; }

    /// <summary>tool: the approval that let the call pass; null: nobody had to be asked.</summary>
    public string? Approval { get; init; }

    /// <summary>How long the step would rather wait for the model's limits than ask the next candidate; null: as long as it takes.</summary>
    public TimeSpan? LongestHold { get; init; }

    /// <summary>The key without its ordinal: under this name a held call waits, because it comes back with the next one, and a tool knows a repeated
    /// call again by it.</summary>
    [JsonIgnore]
    public string Place => Key[..Key.LastIndexOf('/')];

    /// <summary>The same without the values of its fields, which stand in the history as the run's input or as a step's result.</summary>
    public AttemptInput Recorded() => this with { Fields = WithoutValues(Fields), Evidence = WithoutValues(Evidence) };

    static IReadOnlyList<NamedField> WithoutValues(IReadOnlyList<NamedField> fields)
    {
        if (fields.Count == 0)
        {
            return fields;
        }

        var named = new NamedField[fields.Count];
        for (var i = 0; i < named.Length; i++)
        {
            named[i] = fields[i] with { Value = fields[i].Value.WithoutValue() };
        }

        return named;
    }
}

/// <param name="Problems">What was wrong, one sentence each.</param>
/// <param name="Answer">The rejected answer, at most 8 KiB.</param>
public sealed record Repair(IReadOnlyList<string> Problems, string Answer);

/// <summary>The output of one attempt. Persisted in histories.</summary>
public sealed record AttemptResult
{
    public int SchemaVersion { get; init; } = 1;
    public required AttemptOutcome Outcome { get; init; }

    /// <summary>The accepted answer; null unless ok.</summary>
    public FieldValue? Output { get; init; }

    /// <summary>Of an output that is stored: the parts that the pipeline refers to, by dotted path. Null for an inline one.</summary>
    public IReadOnlyDictionary<string, FieldValue>? Parts { get; init; }
    public StepFailure? Failure { get; init; }

    /// <summary>A short answer for the repair attempt: set when the reply could be read but was rejected.</summary>
    public Repair? Rejected { get; init; }
    public TokenUsage Usage { get; init; } = TokenUsage.None;
    public decimal CostUsd { get; init; }
    public int LatencyMs { get; init; }
    public IReadOnlyList<CheckResult> Checks { get; init; } = [];

    /// <summary>True when the answer stands only after a judge has graded it.</summary>
    public bool AwaitsJudge { get; init; }

    /// <summary>Skipped, and worth trying again from this time on (UTC).</summary>
    public DateTimeOffset? HeldUntil { get; init; }

    /// <summary>What this instance knew of the model when the call went out; null: nothing bad.</summary>
    public string? Health { get; init; }
}
