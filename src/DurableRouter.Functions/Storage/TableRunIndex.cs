using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;

namespace DurableRouter.Functions.Storage;

/// <summary>Runs by their heads, and their rows in the list by day, newest first.</summary>
/// <remarks>The head is the truth and holds all that the row begins with. Where a death comes between the two, whoever claims or settles the run writes the
/// row again.</remarks>
public sealed class TableRunIndex(StorageLayout storage, RunPartition runs) : IRunIndex
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
        if (await TryAddAsync(entry, key, cancellationToken) is { } added)
        {
            await WriteRowAsync(added, cancellationToken);
            return new RunClaim(added, Fresh: true);
        }

        var standing = (await runs.EntryAsync(entry.RunId, cancellationToken))!;
        var claimed = await RunEntity.ReadAsync(standing, runs.Content, cancellationToken);
        if (Hint(claimed).RowKey != Hint(entry).RowKey)
        {
            await SettledAsync(entry.RunId, entry.CreatedAt, cancellationToken);
        }

        if (key is null || standing.GetString(RunEntity.IdempotencyKey) != key)
        {
            throw new DurableRouterException(ErrorCodes.RunIdTaken, $"There is a run {entry.RunId} already. Nothing was started.");
        }

        await storage.Runs.TryAddAsync(await RunEntity.RowAsync(claimed, runs.Content, cancellationToken), cancellationToken);
        return new RunClaim(claimed, Fresh: false);
    }

    public async Task<RunEntry?> GetAsync(string runId, CancellationToken cancellationToken)
    {
        if (await runs.EntryAsync(runId, cancellationToken) is not { } head)
        {
            return null;
        }

        var entry = await RunEntity.ReadAsync(head, runs.Content, cancellationToken);
        return entry.End is { Status: RuntimeStatus.Completed } end && head.GetInt64(RunEntity.EndSequence) is { } sequence
            ? entry with { End = end with { Output = await OutputAsync(runId, sequence, cancellationToken) } }
            : entry;
    }

    public async Task<RunEntry?> UpdateAsync(RunEntry entry, CancellationToken cancellationToken)
    {
        runs.Heads.Forget(entry.RunId);
        if (await runs.EntryAsync(entry.RunId, cancellationToken) is not { } head)
        {
            return null;
        }

        head["ClaimedAt"] = entry.ClaimedAt;
        head["PurgedAt"] = entry.PurgedAt;
        head[RunEntity.Reopened] = entry.Reopened == 0 ? null : entry.Reopened;
        await RunEntity.WriteEndAsync(head, entry.End, runs.Content.For(entry.RunId), cancellationToken);
        if (entry.PurgedAt is not null)
        {
            RunEntity.RemoveContent(head);
        }

        try
        {
            var written = await runs.Table.UpdateEntityAsync(head, new ETag(entry.ETag!), TableUpdateMode.Replace, cancellationToken);
            await WriteRowAsync(entry, cancellationToken);
            return entry with { ETag = written.Headers.ETag?.ToString() };
        }
        catch (RequestFailedException e) when (e.Status is 412 or 404)
        {
            return null;
        }
    }

    public async Task EndedAsync(RunStub run, RunEnding end, CancellationToken cancellationToken)
    {
        try
        {
            await storage.Runs.UpdateEntityAsync(await RunEntity.EndedRowAsync(run, end, runs.Content.For(run.RunId), cancellationToken), ETag.All,
                TableUpdateMode.Merge, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // The start died before it wrote the row.
            await WriteRowAsync((await GetAsync(run.RunId, cancellationToken))! with { End = end }, cancellationToken);
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
                entries.Add(await RunEntity.ReadAsync(row, runs.Content, cancellationToken));
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

    public Task SettledAsync(string runId, DateTimeOffset createdAt, CancellationToken cancellationToken) =>
        storage.RunClaims.DeleteEntityAsync(Unsettled, StorageKeys.OldestFirst(createdAt, runId), cancellationToken: cancellationToken);

    async Task WriteRowAsync(RunEntry entry, CancellationToken cancellationToken) =>
        await storage.Runs.UpsertEntityAsync(await RunEntity.RowAsync(entry, runs.Content.For(entry.RunId), cancellationToken), TableUpdateMode.Replace, cancellationToken);

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

    /// <returns>Null when the id is taken.</returns>
    async Task<RunEntry?> TryAddAsync(RunEntry entry, string? key, CancellationToken cancellationToken)
    {
        var writer = Guid.NewGuid().ToString("N");
        var partition = StorageKeys.Escape(entry.RunId);
        var head = await RunEntity.HeadAsync(entry, partition, key, runs.Content.For(entry.RunId), cancellationToken);
        head[RunHead.LastName] = 1L;
        head[RunHead.OpenCallsName] = 0;
        head["Writer"] = writer;
        var tags = await runs.Table.TrySubmitTaggedAsync([new(TableTransactionActionType.Add, head),
            .. TableRunHistory.First(partition, new NewHistoryEntry("run-started", entry.CreatedAt, HistoryKinds.RunStarted, null, 0, null))], cancellationToken);
        var tag = tags is not null ? tags[0]
            : await runs.EntryAsync(entry.RunId, cancellationToken) is { } stands && stands.GetString("Writer") == writer ? stands.ETag // its answer got lost
            : (ETag?)null;
        if (tag is not { } own)
        {
            return null;
        }

        runs.Heads.Keep(entry.RunId, new RunHead(own, new RunStub(entry.RunId, entry.CreatedAt, entry.HasCallback, 0, 0), 1, null));
        return entry with { Last = 1, ETag = own.ToString() };
    }

    async Task<JsonElement?> OutputAsync(string runId, long sequence, CancellationToken cancellationToken) =>
        await runs.FindAsync(runId, TableRunHistory.Key(sequence), cancellationToken) is { } entry
            && await StoredText.FindAsync(entry, TableRunHistory.Data, runs.Content, cancellationToken) is { } json ? JsonElement.Parse(json) : null;

    Task<Page<TableEntity>> PageAsync(string filter, int top, string? token, CancellationToken cancellationToken) => PageTokens.FirstAsync(
        storage.Runs.QueryAsync<TableEntity>(filter, maxPerPage: top, cancellationToken: cancellationToken), token, cancellationToken);
}
