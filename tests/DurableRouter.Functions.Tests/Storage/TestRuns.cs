using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Tests.Storage;

/// <summary>Runs in tables, as an instance of the app sees them. Each call is another instance.</summary>
static class TestRuns
{
    public static RunPartition Partition(StorageLayout storage) => new(storage, new BlobContentStore(storage));

    public static TableRunIndex Index(StorageLayout storage) => new(storage, Partition(storage));

    public static TableRunHistory History(StorageLayout storage) => new(Partition(storage));

    /// <summary>Makes the runs, each with its first entry, <c>run-started</c>.</summary>
    public static async Task<StorageLayout> WithRunsAsync(params string[] runIds)
    {
        var storage = await TestStorage.CreateAsync();
        foreach (var id in runIds)
        {
            await Index(storage).ClaimAsync(Entry(id, default), null, default);
        }

        return storage;
    }

    public static RunEntry Entry(string id, DateTimeOffset createdAt) =>
        new(id, "router", 3, new RunIndexEntry("document", new Dictionary<string, string>(), null), createdAt) { ClaimedAt = createdAt };

    /// <returns>The entry that stands under this id, and whether this call added it.</returns>
    public static async Task<(HistoryEntry Entry, bool Added)> AppendAsync(this IRunHistory history, string runId, NewHistoryEntry entry)
    {
        var written = await history.WriteAsync(runId, new RunWrite(entry), default);
        return ((await history.FindAsync(runId, entry.Id, default))!, written.Result == RunWriteResult.Written);
    }

    /// <returns>Null when the intent was there.</returns>
    public static async Task<AttemptLease?> TryAddIntentAsync(this IRunHistory history, AttemptIntent intent, string owner, DateTimeOffset at) =>
        (await history.WriteAsync(intent.RunId, new RunWrite() { Intent = new NewIntent(intent, owner, at) }, default)).Lease;
}
