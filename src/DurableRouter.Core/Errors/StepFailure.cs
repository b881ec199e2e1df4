namespace DurableRouter.Core.Errors;

/// <summary>Why an attempt or a step gave no usable result.</summary>
/// <param name="Code">One of <see cref="FailureCodes"/>.</param>
/// <param name="Message">For a person; at most 8 KiB, without secrets or prompt text.</param>
/// <param name="Retryable">True when the same model may succeed later with the same request.</param>
/// <param name="RetryAfter">What the provider asked for; null when it didn't.</param>
public sealed record StepFailure(string Code, string Message, bool Retryable = false, TimeSpan? RetryAfter = null);
