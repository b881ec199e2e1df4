namespace DurableRouter.Core.Messages;

/// <param name="Code">A stable code of docs/errors.md.</param>
public sealed record RunFailure(string Code, string Message, string? Step, IReadOnlyList<FailedAttempt> Attempts);

public sealed record FailedAttempt(string Key, string Model, string Outcome, string? FailureCode, string? Message);
