using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;

namespace DurableRouter.Functions.Storage;

/// <summary>Runs in two tables. A claim per run id, which never changes, says where the run's row lies; the rows lie by day, newest first.</summary>
/// <remarks>The claim holds all that the row begins with. Where a death comes between the two, the next reader or claimer writes the row.</remarks>
public sealed class TableRunIndex(StorageLayout storage, BlobContentStore content) : IRunIndex
{
    const string KeyPrefix = "key-";
    const string Run = "run";
    const string Unsettled = "unsettled";

    public async Task<RunClaim> ClaimAsync(RunEntry entry, IdempotencyClaim? idempotency, CancellationToken cancellationToken)
    {
        var key = idempotency is null ? null : StorageKeys.Sha256(idempotency.Key);
        if (idempotency is not null)
        {
            entry = entry with { RunId = await ClaimKeyAsync(key!, idempotency, entry, cancellationToken) };
        }

        // The hint comes first: a run without one would not be found when its start is lost.
        await storage.RunClaims.UpsertEntityAsync(Hint(entry), TableUpdateMode.Replace, cancellationToken);
        var claim = RunEntity.Write(entry, StorageKeys.Escape(entry.RunId), Run);
        claim["IdempotencyKey"] = key;
        if (await storage.RunClaims.TryAddAsync(claim, cancellationToken))
        {
            return new RunClaim(await RowAsync(entry, cancellationToken), Fresh: true);
        }

        var standing = (await storage.RunClaims.FindAsync(claim.PartitionKey, Run, cancellationToken))!;
        var claimed = RunEntity.Read(standing);
        if (Hint(claimed).RowKey != Hint(entry).RowKey)
        {
            await SettledAsync(entry, cancellationToken);
        }

        return key is not null && standing.GetString("IdempotencyKey") == key
            ? new RunClaim(await RowAsync(claimed, cancellationToken), Fresh: false)
            : throw new DurableRouterException(ErrorCodes.RunIdTaken, $"There is a run {entry.RunId} already. Nothing was started.");
    }

    public async Task<RunEntry?> GetAsync(string runId, CancellationToken cancellationToken) =>
        await storage.RunClaims.FindAsync(StorageKeys.Escape(runId), Run, cancellationToken) is { } claim
            ? await RowAsync(RunEntity.Read(claim), cancellationToken)
            : null;

    public async Task<RunEntry?> UpdateAsync(RunEntry entry, CancellationToken cancellationToken)
    {
        var row = await RowEntityAsync(entry, cancellationToken);
        try
        {
            var written = await storage.Runs.UpdateEntityAsync(row, new ETag(entry.ETag!), TableUpdateMode.Replace, cancellationToken);
            return entry with { ETag = written.Headers.ETag?.ToString() };
        }
        catch (RequestFailedException e) when (e.Status is 412 or 404)
        {
            return null;
        }
    }

    public async Task<RunEntry?> ReopenAsync(RunEntry entry, CancellationToken cancellationToken)
    {
        // The hint first, as at a start: the sweep has to find the run again.
        await storage.RunClaims.UpsertEntityAsync(Hint(entry), TableUpdateMode.Replace, cancellationToken);
        return await UpdateAsync(entry with { End = null, Reopened = entry.Reopened + 1 }, cancellationToken);
    }

    public async Task<RunEntryPage> ListAsync(RunQuery query, CancellationToken cancellationToken)
    {
        var filter = RunFilter.Of(query);
        var token = PageTokens.Read(query.ContinuationToken);
        var entries = new List<RunEntry>();
        do
        {
            var page = await PageAsync(filter, query.Top - entries.Count, token, cancellationToken);
            foreach (var row in page.Values)
            {
                entries.Add(await RunEntity.ReadAsync(row, content, cancellationToken));
            }

            // A page may have fewer rows than were asked for, or none, and still not be the last.
            token = page.ContinuationToken;
        }
        while (token is not null && entries.Count < query.Top);

        return new RunEntryPage(entries, PageTokens.Write(token));
    }

    public async IAsyncEnumerable<RunEntry> UnsettledAsync(DateTimeOffset createdBefore,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Unsettled} and RowKey lt {StorageKeys.Before(createdBefore)}");
        await foreach (var hint in storage.RunClaims.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            var entry = await GetAsync(hint.GetString("RunId")!, cancellationToken);
            if (entry is { PurgedAt: null })
            {
                yield return entry;
            }
            else
            {
                await storage.RunClaims.DeleteEntityAsync(Unsettled, hint.RowKey, cancellationToken: cancellationToken);
            }
        }
    }

    public Task SettledAsync(RunEntry entry, CancellationToken cancellationToken) =>
        storage.RunClaims.DeleteEntityAsync(Unsettled, Hint(entry).RowKey, cancellationToken: cancellationToken);

    static TableEntity Hint(RunEntry entry)
    {
        var hint = StorageLayout.NewEntity(Unsettled, StorageKeys.OldestFirst(entry.CreatedAt, entry.RunId));
        hint["RunId"] = entry.RunId;
        return hint;
    }

    /// <returns>The run that the key belongs to.</returns>
    async Task<string> ClaimKeyAsync(string key, IdempotencyClaim idempotency, RunEntry entry, CancellationToken cancellationToken)
    {
        var claim = StorageLayout.NewEntity(KeyPrefix + key, Run);
        claim["RunId"] = entry.RunId;
        claim["RequestHash"] = idempotency.RequestHash;
        claim["At"] = entry.CreatedAt;
        if (await storage.RunClaims.TryAddAsync(claim, cancellationToken))
        {
            return entry.RunId;
        }

        var standing = (await storage.RunClaims.FindAsync(claim.PartitionKey, Run, cancellationToken))!;
        return standing.GetString("RequestHash") == idempotency.RequestHash
            ? standing.GetString("RunId")!
            : throw new DurableRouterException(ErrorCodes.IdempotencyMismatch,
                $"The Idempotency-Key has started run {standing.GetString("RunId")} with another request. Nothing was started.");
    }

    /// <summary>The run's row; written here when a death left the claim without it.</summary>
    async Task<RunEntry> RowAsync(RunEntry claimed, CancellationToken cancellationToken)
    {
        var row = await RowEntityAsync(claimed, cancellationToken);
        var found = await storage.Runs.FindAsync(row.PartitionKey, row.RowKey, cancellationToken);
        if (found is null)
        {
            await storage.Runs.TryAddAsync(row, cancellationToken);
            found = await storage.Runs.FindAsync(row.PartitionKey, row.RowKey, cancellationToken);
        }

        return await RunEntity.ReadAsync(found!, content, cancellationToken);
    }

    Task<TableEntity> RowEntityAsync(RunEntry entry, CancellationToken cancellationToken) => RunEntity.WriteAsync(entry,
        StorageKeys.NewestDay(entry.CreatedAt), StorageKeys.NewestFirst(entry.CreatedAt, entry.RunId), content.For(entry.RunId), cancellationToken);

    Task<Page<TableEntity>> PageAsync(string filter, int top, string? token, CancellationToken cancellationToken) => PageTokens.FirstAsync(
        storage.Runs.QueryAsync<TableEntity>(filter, maxPerPage: top, cancellationToken: cancellationToken), token, cancellationToken);
}
