using System.Text.Json;
using System.Text.Json.Serialization;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;

namespace DurableRouter.Local.Sessions;

/// <summary>A resource of the HTTP interface, read, together with its JSON as it came.</summary>
sealed record Document<T>(T Value, JsonElement Json);

/// <summary>What the command line reads of a run.</summary>
/// <param name="Outcome">Null until it ended: completed, rejected, expired, budget_stopped, failed.</param>
/// <param name="Partial">Of a run that ended before its result: the answers that it has, by step.</param>
sealed record RunInfo(string Id, string Pipeline, string RuntimeStatus, DateTimeOffset CreatedTime, DateTimeOffset LastUpdatedTime,
    RunProgress? CustomStatus, JsonElement? Output, string? Outcome, IReadOnlyList<string>? Degraded, bool Simulated, ErrorInfo? Error,
    JsonElement? Partial = null)
{
    public bool IsTerminal => RuntimeStatus is "Completed" or "Failed" or "Terminated";

    /// <summary>True when nothing more happens without a person.</summary>
    public bool IsPaused => !IsTerminal && (RuntimeStatus == "Suspended"
        || CustomStatus?.WaitingFor is { } waiting && !waiting.StartsWith("retry", StringComparison.Ordinal));
}

sealed record ErrorInfo(string Code, string? Message);

sealed record RunListInfo(IReadOnlyList<RunInfo> Value, string? ContinuationToken);

sealed record LedgerInfo(string Id, IReadOnlyList<AttemptInfo> Attempts, decimal TotalUsd, BaselineInfo? Baseline, bool FallbackUsed)
{
    public bool Simulated => Attempts.Any(a => a.Simulated);

    /// <summary>Without corrections, which are summed and not counted.</summary>
    public int AttemptCount => Attempts.Count(a => a.Outcome != "correction");
}

sealed record AttemptInfo(string Key, string Step, string Role, int Revision, int Attempt, string Tier, string Model, string Provider,
    string Outcome, string? FailureCode, string? FailureMessage, int InputTokens, int CachedInputTokens, int OutputTokens, int ReasoningTokens,
    string UsageSource, decimal CostUsd, DateTimeOffset StartedTime, int LatencyMs, bool Degraded, bool Simulated, string Rule,
    IReadOnlyList<CheckInfo> Checks)
{
    public long Tokens => (long)InputTokens + CachedInputTokens + OutputTokens + ReasoningTokens;
}

sealed record CheckInfo(string Check, bool Passed, string? Detail);

/// <param name="Method">executed or repriced.</param>
sealed record BaselineInfo(string Model, string Method, decimal Usd);

sealed record ApprovalInfo(string Id, string RunId, string Pipeline, string Step, string Kind, string Status, string Group, string? Requester,
    string Digest, ApprovalFacts Facts, DateTimeOffset RequestedTime, DateTimeOffset ExpiresTime, string OnTimeout, CountInfo Approvals,
    IReadOnlyList<string> Groups, IReadOnlyList<EscalationInfo> Escalations, IReadOnlyList<ReceiptInfo> Votes, ReceiptInfo? Decision);

sealed record CountInfo(int Given, int Needed);

sealed record EscalationInfo(string Group, DateTimeOffset Time);

sealed record LinkInfo(string Id, string Subject, string Url, DateTimeOffset ExpiresTime);

sealed record ApprovalListInfo(IReadOnlyList<ApprovalInfo> Value);

sealed record ReceiptInfo(string Id, string RunId, string Decision, string Subject, string? Comment, DateTimeOffset DecidedTime, string Digest,
    string Receipt, string? Via, CountInfo Approvals);

/// <summary>One event of a run; what its type doesn't have is null.</summary>
sealed record EventInfo(string Id, string Type, DateTimeOffset Time, string RunId, string? Step, int? Revision, int? Ordinal, string? Model,
    string? Rule, string? Outcome, ErrorInfo? Failure, decimal? CostUsd, int? LatencyMs, IReadOnlyList<CheckInfo>? Checks, string? Kind,
    string? Status, string? Subject, string? DegradedReason, string? ApprovalId, decimal TotalUsd);

sealed record EventListInfo(IReadOnlyList<EventInfo> Value);

sealed record ExplanationInfo(string Id, string Pipeline, IReadOnlyList<ExplainedStep> Steps);

sealed record ExplainedStep(string Step, int Revision, string Rule, IReadOnlyList<ExplainedCandidate> Candidates,
    IReadOnlyList<ExplainedRejection> Rejected, ExplainedBudget Budget, IReadOnlyList<ExplainedCall> Attempts,
    PersonInfo? Person);

sealed record PersonInfo(string Approval, string Group, string? AnsweredBy);

sealed record ExplainedCandidate(string Model, string Reason, bool Degraded);

sealed record ExplainedRejection(string Model, string Reason);

sealed record ExplainedBudget(decimal SpentUsd, decimal? CapUsd);

sealed record ExplainedCall(int Attempt, string Model, string Outcome, string? FailureCode, string? Message, decimal CostUsd,
    IReadOnlyList<CheckInfo>? Checks)
{
    /// <summary>What was wrong with it, or what it found wrong; empty when nothing was.</summary>
    [JsonIgnore]
    public string Fault => FailureCode is { } code ? $"{code} {Message}"
        : Checks?.FirstOrDefault(c => !c.Passed) is { } failed ? $"{failed.Check} failed: {failed.Detail}" : "";
}

sealed record CostListInfo(IReadOnlyList<CostGroup> Value);

sealed record RoutingListInfo(IReadOnlyList<RoutingGroup> Value);

sealed record ModelListInfo(IReadOnlyList<ModelInfo> Value);

sealed record ModelInfo(string Name, string Tier, bool Simulated);

/// <summary>An error of the HTTP interface.</summary>
sealed record ProblemInfo(string? Code, string? Detail, IReadOnlyList<ProblemPlace>? Errors);

sealed record ProblemPlace(string Pointer, string Detail);

sealed record StartedInfo(string Id);
