using DurableRouter.Core.Errors;

namespace DurableRouter.Core.Health;

/// <summary>What the end of a call says about the model's endpoint. The table stands in docs/fallback.md.</summary>
enum CircuitEvidence
{
    /// <summary>It answered, whatever the answer was worth: a refusal of this request says nothing about others.</summary>
    Well,

    Sick,

    /// <summary>Neither: it is there and has no room.</summary>
    None,
}

static class CircuitEvidences
{
    public static CircuitEvidence Of(StepFailure? failure) => failure switch
    {
        { Code: FailureCodes.UpstreamError or FailureCodes.ConnectionFailed or FailureCodes.ConnectionLost or FailureCodes.FirstByteTimeout
            or FailureCodes.IdleTimeout or FailureCodes.TotalTimeout or FailureCodes.IncompleteStream } => CircuitEvidence.Sick,
        { Code: FailureCodes.ErrorInReply, Retryable: true } => CircuitEvidence.Sick,
        { Code: FailureCodes.RateLimited or FailureCodes.QuotaExhausted } => CircuitEvidence.None,
        _ => CircuitEvidence.Well,
    };
}
