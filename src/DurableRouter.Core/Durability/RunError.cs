namespace DurableRouter.Core.Durability;

/// <param name="Code">A stable code of docs/errors.md.</param>
/// <param name="Message">What happened, what was kept, what to do next.</param>
public sealed record RunError(string Code, string Message);
