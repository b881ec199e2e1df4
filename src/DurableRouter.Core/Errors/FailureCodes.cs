namespace DurableRouter.Core.Errors;

/// <summary>Stable codes of an attempt's failure. They stand in the ledger and in histories: never renamed.</summary>
public static class FailureCodes
{
    public const string RateLimited = "rate_limited";
    public const string QuotaExhausted = "quota_exhausted";
    public const string UpstreamError = "upstream_error";
    public const string ConnectionFailed = "connection_failed";

    /// <summary>The connection broke after the request had begun to leave: the call may have been made, and billed.</summary>
    public const string ConnectionLost = "connection_lost";
    public const string FirstByteTimeout = "first_byte_timeout";
    public const string IdleTimeout = "idle_timeout";
    public const string TotalTimeout = "total_timeout";
    public const string IncompleteStream = "incomplete_stream";
    public const string EmptyReply = "empty_reply";
    public const string ErrorInReply = "error_in_reply";
    public const string ReplyTooLarge = "reply_too_large";
    public const string Redirected = "redirected";
    public const string Unauthorized = "unauthorized";
    public const string BadRequest = "bad_request";
    public const string ContextTooLong = "context_too_long";
    public const string ContentFiltered = "content_filtered";
    public const string Refused = "refused";
    public const string OutputTruncated = "output_truncated";
    public const string InvalidJson = "invalid_json";
    public const string SchemaMismatch = "schema_mismatch";
    public const string UnexpectedToolCall = "unexpected_tool_call";

    /// <summary>The reply repeats the endpoint's key, so nothing of it may be kept.</summary>
    public const string SecretInReply = "secret_in_reply";
    public const string ModelMismatch = "model_mismatch";
    public const string CheckFailed = "check_failed";

    /// <summary>A fault of the program, not of the model. The call counts at its upper bound where its usage isn't known.</summary>
    public const string ProcessingFailed = "processing_failed";

    /// <summary>The answer passed its other checks, and no model could be asked to judge it.</summary>
    public const string JudgeUnavailable = "judge_unavailable";
    public const string OutcomeUnknown = "outcome_unknown";

    /// <summary>A candidate's failure: the outcomes of several calls in a row are unknown.</summary>
    public const string OutcomeUnknownRepeatedly = "outcome_unknown_repeatedly";

    /// <summary>No attempt was made: nothing in the catalog fits the step, or the run's budget is spent.</summary>
    public const string NoCandidate = "no_candidate";

    /// <summary>No call was made: the pipeline's budget of the day could be crossed.</summary>
    public const string DayBudget = "day_budget";

    /// <summary>No call was made: the model failed several times in a row and is left alone for a while.</summary>
    public const string CircuitOpen = "circuit_open";

    /// <summary>No call was made: the model's requests or tokens of this minute are used up.</summary>
    public const string RateHeld = "rate_held";
    public const string ChainExhausted = "chain_exhausted";
    public const string InputTooLong = "input_too_long";

    /// <summary>No call was made: the address is one that this host never connects to, or the allow-list doesn't.</summary>
    public const string AddressRefused = "address_refused";

    /// <summary>A step's calls of its tool failed, or nobody knows what became of the last one.</summary>
    public const string ToolFailed = "tool_failed";
    public const string RevisionsExhausted = "revisions_exhausted";
}
