using System.Text.Json.Serialization;
using DurableRouter.Core.Errors;

namespace DurableRouter.Core.Ledger;

/// <summary>One row of the ledger: one call to one model (or tool) for one step; the unit of billing. Or the correction of such a row: see
/// <see cref="CorrectionOf"/>.</summary>
public sealed record AttemptRow
{
    /// <summary>The <see cref="Rule"/> of a person's answer in the models' place.</summary>
    public const string LastLinkHuman = "last link human";

    /// <summary>The <see cref="Role"/> of a step that calls a tool: no model was chosen, so statistics on routing leave it out.</summary>
    public const string ToolRole = "tool";

    /// <summary>The name of the check that says whether a classifier named a label. Persisted.</summary>
    public const string RouterCheck = "router";

    /// <summary>Ends the key of a correction. Persisted.</summary>
    const string CorrectionSuffix = "/correction";

    /// <summary><c>run/step[item]/revision/ordinal</c>; also the call's <c>X-Client-Request-Id</c>.</summary>
    public required string Key { get; init; }
    public required string RunId { get; init; }
    public required string Step { get; init; }

    /// <summary>The step's kind: classify, extract, reason, generate, verify, judge, tool.</summary>
    public required string Role { get; init; }
    public required string Pipeline { get; init; }
    public required string Family { get; init; }
    public int Revision { get; init; }

    /// <summary>1, 2, 3 ... within step and revision.</summary>
    public int Ordinal { get; init; }

    /// <summary>The candidate's position in the route, from 0.</summary>
    public int Candidate { get; init; }
    /// <summary>The model's; <c>human</c>, <c>tool</c>.</summary>
    public required string Tier { get; init; }

    /// <summary>The catalog's name of the model; <c>human:SUBJECT</c> for a person's answer, <c>tool:NAME</c> for a tool's.</summary>
    public required string Model { get; init; }

    /// <summary>The catalog's name of the provider; <c>human</c>; host and port of a tool.</summary>
    public required string Provider { get; init; }

    /// <summary>The model name in the reply; null when it named none.</summary>
    public string? ModelEcho { get; init; }

    /// <summary>The routing rule that chose the candidate.</summary>
    public required string Rule { get; init; }

    /// <summary>UTC.</summary>
    public DateTimeOffset StartedAt { get; init; }
    public int LatencyMs { get; init; }
    public int? FirstByteMs { get; init; }
    public TokenUsage Usage { get; init; } = TokenUsage.None;
    public UsageSource UsageSource { get; init; }

    /// <summary>True when the provider's usage was missing, negative or inconsistent: the cost is then the upper bound.</summary>
    public bool UsageSuspect { get; init; }

    /// <summary>US dollars; of a correction the difference, usually below zero.</summary>
    public decimal CostUsd { get; init; }

    /// <summary>What the provider itself says that the call cost, US dollars; null when it doesn't say. <see cref="CostUsd"/> is never below it.</summary>
    public decimal? ProviderCostUsd { get; init; }

    /// <summary>The date of the prices.</summary>
    public DateOnly PriceAsOf { get; init; }
    public AttemptOutcome Outcome { get; init; }

    /// <summary>One of <see cref="FailureCodes"/>; null when ok.</summary>
    public string? FailureCode { get; init; }

    /// <summary>For a person; at most 1 KiB; null when ok.</summary>
    public string? FailureMessage { get; init; }
    public IReadOnlyList<CheckResult> Checks { get; init; } = [];

    /// <summary>True when a classifier named no label and the step's default stands.</summary>
    [JsonIgnore]
    public bool RouterInvalid => Checks.Any(c => c is { Check: RouterCheck, Passed: false });

    /// <summary>Why a lesser model than the first choice answered; null when it didn't.</summary>
    public string? DegradedReason { get; init; }

    /// <summary>Which lower tier's answer was not good enough, on the one call that went a tier higher for it; null on all others.</summary>
    public string? Misroute { get; init; }
    public bool Simulated { get; init; }

    /// <summary>SHA-256 of the messages or the payload sent, lower-case hex; null when nothing was sent.</summary>
    public string? PromptSha256 { get; init; }
    public string? OutputSha256 { get; init; }

    /// <summary>The approval that this row answers or needed; null without one.</summary>
    public string? Approval { get; init; }

    /// <summary>False for a correction: it is summed, and counted nowhere.</summary>
    [JsonIgnore]
    public bool IsAttempt => Outcome != AttemptOutcome.Correction;

    /// <summary>Of a correction the key of the attempt that it corrects; null for all others.</summary>
    [JsonIgnore]
    public string? Corrects => IsAttempt ? null : Key[..^CorrectionSuffix.Length];

    /// <summary>The correction of what was booked for this row's call while nobody knew how it ended: the tokens that it used, and the
    /// difference between its cost and the cost that was booked. It has the day and the names of the row that it corrects, so every sum over
    /// them is right.</summary>
    public AttemptRow CorrectionOf(AttemptRow booked) => this with
    {
        Key = booked.Key + CorrectionSuffix,
        Model = booked.Model,
        Tier = booked.Tier,
        StartedAt = booked.StartedAt,
        Rule = booked.Rule,
        Misroute = null,
        DegradedReason = null,
        Checks = [],
        CostUsd = CostUsd - booked.CostUsd,
        Outcome = AttemptOutcome.Correction,
        FailureCode = null,
        FailureMessage = FormattableString.Invariant(
            $"the result came after the attempt was given up: its call cost ${CostUsd}, and ${booked.CostUsd} was booked for it"),
    };
}

[JsonConverter(typeof(JsonStringEnumConverter<AttemptOutcome>))]
public enum AttemptOutcome
{
    [JsonStringEnumMemberName("ok")] Ok,
    [JsonStringEnumMemberName("failed")] Failed,
    [JsonStringEnumMemberName("skipped")] Skipped,
    [JsonStringEnumMemberName("outcome_unknown")] OutcomeUnknown,

    /// <summary>The result came after the run had ended, or, in ledgers of 0.1, after the attempt was given up.</summary>
    [JsonStringEnumMemberName("late_discarded")] LateDiscarded,

    /// <summary>No attempt: what a late result adds to the row of an attempt that was given up.</summary>
    [JsonStringEnumMemberName("correction")] Correction,
}

[JsonConverter(typeof(JsonStringEnumConverter<UsageSource>))]
public enum UsageSource
{
    /// <summary>No call, no usage.</summary>
    [JsonStringEnumMemberName("none")] None,
    [JsonStringEnumMemberName("provider")] Provider,

    /// <summary>The provider told none: the tokens are estimated from the texts' lengths, and the cost is the upper bound.</summary>
    [JsonStringEnumMemberName("estimated")] Estimated,
    [JsonStringEnumMemberName("upper_bound")] UpperBound,
}

/// <summary>Disjoint token buckets: input excludes cached input, output excludes reasoning.</summary>
public sealed record TokenUsage(int Input, int CachedInput, int Output, int Reasoning)
{
    public static readonly TokenUsage None = new(0, 0, 0, 0);

    [JsonIgnore]
    public int Total => Input + CachedInput + Output + Reasoning;
}

/// <summary>The verdict of one check on one output.</summary>
/// <param name="Check">schema, source, policy, confidence, conflict, judge, or an own check's name; <c>policy/NAME</c> for a named policy.</param>
/// <param name="Detail">What failed, for a person and for the model's repair; null when it passed.</param>
/// <param name="Citations">source: where the quotes stand that were found; null for other checks, and outside the ledger.</param>
public sealed record CheckResult(string Check, bool Passed, string? Detail = null, IReadOnlyList<Citation>? Citations = null);

/// <summary>A quote that stands in its source.</summary>
/// <param name="Pointer">RFC 6901 pointer to the quote in the answer.</param>
/// <param name="Source">The reference to the text, such as <c>input.text</c>.</param>
/// <param name="Start">The passage's first UTF-16 unit, from 0, in the text as the step was given it.</param>
/// <param name="End">One past its last unit.</param>
public sealed record Citation(string Pointer, string Source, int Start, int End)
{
    /// <summary>Of one answer; more stand in the answer itself, checked and without their places.</summary>
    public const int MostKept = 200;
}
