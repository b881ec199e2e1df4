using DurableRouter.Core.Errors;
using Microsoft.Extensions.AI;

namespace DurableRouter.Core.Models;

/// <summary>An expected failure of one model call. Attempts turn it into a value; it never holds a secret, a prompt or a reply.</summary>
public sealed class ModelCallException(StepFailure failure, Exception? inner = null) : Exception(failure.Message, inner)
{
    public StepFailure Failure { get; } = failure;

    /// <summary>What the provider says it billed, when the reply got that far; null otherwise.</summary>
    public UsageDetails? Usage { get; init; }

    /// <summary>The model name in the reply; null when it named none.</summary>
    public string? ModelId { get; init; }

    /// <summary>Milliseconds from the start of the call to the first byte of the body; null when none came.</summary>
    public int? FirstByteMs { get; init; }
}
