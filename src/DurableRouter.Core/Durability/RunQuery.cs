namespace DurableRouter.Core.Durability;

/// <param name="Statuses">Empty: any.</param>
/// <param name="Tag"><c>name:value</c> or <c>name</c>.</param>
/// <param name="Top">1 to 1000.</param>
public sealed record RunQuery(IReadOnlyList<RuntimeStatus> Statuses, string? Pipeline, string? Tag, DateTimeOffset? CreatedFrom,
    DateTimeOffset? CreatedTo, int Top, string? ContinuationToken);

public sealed record RunPage(IReadOnlyList<RunSnapshot> Runs, string? ContinuationToken);
