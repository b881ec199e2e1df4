using Azure;
using Azure.Data.Tables;

namespace DurableRouter.Functions.Storage;

/// <summary>Leases as columns of the intents in the ledger's table. A beat changes three of them and leaves the others.</summary>
public sealed class TableAttemptLeases(StorageLayout storage) : IAttemptLeases
{
    const string Owner = "Owner";
    const string Beat = "Beat";
    const string BeatAt = "BeatAt";
    const string BeatSeconds = "BeatSeconds";
    const string Ended = "Ended";

    /// <summary>Writes a new lease into the entity of an intent.</summary>
    internal static void Describe(TableEntity intent, string owner, DateTimeOffset at)
    {
        intent[Owner] = owner;
        intent[Beat] = 0L;
        intent[BeatAt] = at;
        intent[BeatSeconds] = AttemptLease.DefaultBeat.TotalSeconds;
    }

    internal static AttemptLease Read(TableEntity intent, string runId, string key) => new(runId, key, intent.GetString(Owner),
        intent.GetInt64(Beat) ?? 0,
        intent.GetDouble(BeatSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : AttemptLease.DefaultBeat,
        intent.GetString(Ended) is { } ended ? Enum.Parse<LeaseState>(ended) : LeaseState.Held,
        intent.ETag.ToString());

    public async Task<AttemptLease?> FindAsync(string runId, string key, CancellationToken cancellationToken) =>
        await storage.Ledger.FindAsync(StorageKeys.Escape(runId), TableLedger.IntentKey(runId, key), cancellationToken) is { } intent
            ? Read(intent, runId, key) : null;

    public async Task<IReadOnlyList<AttemptLease?>> BeatAsync(IReadOnlyList<AttemptLease> leases, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        if (leases.Count > 1 && await TryBeatTogetherAsync(leases, at, cancellationToken) is { } together)
        {
            return together;
        }

        var beaten = new List<AttemptLease?>(leases.Count);
        foreach (var lease in leases)
        {
            beaten.Add(await TryChangeAsync(lease, Beaten(lease, at), cancellationToken) is { } tag ? Next(lease, tag)
                : await StillHeldAsync(lease, cancellationToken));
        }

        return beaten;
    }

    public async Task<bool> TryEndAsync(AttemptLease lease, LeaseState state, CancellationToken cancellationToken)
    {
        var end = Entity(lease);
        end[Ended] = state.ToString();
        return await TryChangeAsync(lease, end, cancellationToken) is not null
            || await FindAsync(lease.RunId, lease.Key, cancellationToken) is { } stands && stands.State == state;
    }

    /// <returns>Null when one of them has changed: then nothing is written.</returns>
    async Task<IReadOnlyList<AttemptLease?>?> TryBeatTogetherAsync(IReadOnlyList<AttemptLease> leases, DateTimeOffset at,
        CancellationToken cancellationToken)
    {
        var written = await storage.Ledger.TrySubmitTaggedAsync(
            [.. leases.Select(l => new TableTransactionAction(TableTransactionActionType.UpdateMerge, Beaten(l, at), new ETag(l.Tag)))],
            cancellationToken);
        return written is null ? null : [.. leases.Zip(written, Next)];
    }

    /// <summary>Tells its own beat, whose answer got lost, from a lease that somebody has ended.</summary>
    async Task<AttemptLease?> StillHeldAsync(AttemptLease lease, CancellationToken cancellationToken) =>
        await FindAsync(lease.RunId, lease.Key, cancellationToken) is { State: LeaseState.Held } stands && stands.Owner == lease.Owner ? stands : null;

    async Task<ETag?> TryChangeAsync(AttemptLease lease, TableEntity changes, CancellationToken cancellationToken)
    {
        try
        {
            return (await storage.Ledger.UpdateEntityAsync(changes, new ETag(lease.Tag), TableUpdateMode.Merge, cancellationToken)).Headers.ETag;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return null;
        }
    }

    static TableEntity Beaten(AttemptLease lease, DateTimeOffset at)
    {
        var beat = Entity(lease);
        (beat[Beat], beat[BeatAt]) = (lease.Beat + 1, at);
        return beat;
    }

    static TableEntity Entity(AttemptLease lease) => new(StorageKeys.Escape(lease.RunId), TableLedger.IntentKey(lease.RunId, lease.Key));

    static AttemptLease Next(AttemptLease lease, ETag tag) => lease with { Beat = lease.Beat + 1, Tag = tag.ToString() };
}
