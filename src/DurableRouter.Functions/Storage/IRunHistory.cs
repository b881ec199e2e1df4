using System.Text.Json;
using DurableRouter.Core.Durability;

namespace DurableRouter.Functions.Storage;

/// <summary>What happened in each run, for people and for run events: numbered 1, 2, 3 ... without gaps, whoever writes.</summary>
/// <remarks>The task hub's own history drives the run; this one tells of it. Data of any size: an implementation moves what its rows can't
/// hold to the content store.</remarks>
public interface IRunHistory
{
    /// <summary>Adds the entries behind the last one, in their order, with what belongs to them: all of it or nothing.</summary>
    Task<RunWritten> WriteAsync(string runId, RunWrite write, CancellationToken cancellationToken);

    /// <summary>The entry with this id; null when there is none.</summary>
    Task<HistoryEntry?> FindAsync(string runId, string entryId, CancellationToken cancellationToken);

    /// <summary>Oldest first.</summary>
    Task<IReadOnlyList<HistoryEntry>> ReadAsync(string runId, long after, CancellationToken cancellationToken);

    /// <summary>The last entry's sequence; 0 without any.</summary>
    Task<long> LastAsync(string runId, CancellationToken cancellationToken);

    Task RemoveAsync(string runId, CancellationToken cancellationToken);
}

/// <param name="Id">Derived from what happened, never drawn, so that a redelivery adds nothing. Letters, digits, <c>-</c>, <c>_</c>,
/// <c>:</c>, <c>.</c>; at most 200 characters.</param>
/// <param name="Kind">One of <see cref="HistoryKinds"/>.</param>
/// <param name="Subject">The sequence of the entry that this one answers; 0 for others; <see cref="Previous"/> for the entry before it in the same write.</param>
public sealed record NewHistoryEntry(string Id, DateTimeOffset At, string Kind, string? Name, long Subject, JsonElement? Data)
{
    public const long Previous = -1;
}
