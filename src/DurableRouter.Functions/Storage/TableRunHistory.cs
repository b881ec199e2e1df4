using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;

namespace DurableRouter.Functions.Storage;

/// <summary>The entries in the run's partition of the ledger's table: by number, with a mark per entry id. Entries, marks, the rows that belong to them
/// and the head change in one transaction, so numbers have no gaps, no entry comes twice, and nothing follows a run's end.</summary>
public sealed class TableRunHistory(RunPartition runs) : IRunHistory
{
    const string MarkPrefix = "id-";
    internal const string Data = "Data";
    const string Sequence = "Sequence";
    const string Writer = "Writer";
    const int MostTries = 60;

    // Behind the last digit.
    const string PastNumbers = ":";

    public async Task<RunWritten> WriteAsync(string runId, RunWrite write, CancellationToken cancellationToken)
    {
        var draft = await DraftAsync(runId, write, cancellationToken);
        using var pass = await runs.Heads.EnterAsync(runId, cancellationToken);
        for (var tries = 1; tries <= MostTries; tries++)
        {
            if ((runs.Heads.Find(runId) ?? await runs.HeadAsync(runId, cancellationToken)) is not { } head)
            {
                return new RunWritten(RunWriteResult.Unknown);
            }

            if (head.Ended is { } ended)
            {
                return new RunWritten(RunWriteResult.Ended) { Ended = ended };
            }

            var next = head.Last + 1;
            try
            {
                var parts = (await runs.Table.SubmitTransactionAsync(draft.At(head), cancellationToken)).Value;
                var moved = draft.Moved(head, parts[0].Headers.ETag!.Value);
                runs.Heads.Keep(runId, moved);
                return new RunWritten(RunWriteResult.Written, next, draft.Lease(parts)) { Run = moved.Run };
            }
            catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
            {
                runs.Heads.Forget(runId);
                if (await StandsAsync(draft, cancellationToken) is { } stands)
                {
                    return stands;
                }
            }
            catch (RequestFailedException e) when (e.Status is 408 or 429 or >= 500)
            {
                // The answer to the whole was a success, so neither the SDK nor the pipeline has seen that its part failed.
                throw StorageFailures.Busy($"A transaction on table {runs.Table.Name} got {e.Status}", e);
            }

            if (tries > 1)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(Math.Min(tries * tries, 100))), cancellationToken); // out of the others' step
            }
        }

        throw new DurableRouterException(ErrorCodes.StorageBusy,
            $"The history of {runId} took other entries {MostTries} times, or its head does not fit them. Nothing was added. Try again later.");
    }

    public async Task<HistoryEntry?> FindAsync(string runId, string entryId, CancellationToken cancellationToken) =>
        await runs.FindAsync(runId, MarkPrefix + StorageKeys.Escape(entryId), cancellationToken) is { } mark
            ? await ReadAsync((await runs.FindAsync(runId, Key(mark.GetInt64(Sequence)!.Value), cancellationToken))!, cancellationToken)
            : null;

    public async Task<IReadOnlyList<HistoryEntry>> ReadAsync(string runId, long after, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {StorageKeys.Escape(runId)} and RowKey gt {Key(after)} and RowKey lt {PastNumbers}");
        var entries = new List<HistoryEntry>();
        await foreach (var entity in runs.Table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            entries.Add(await ReadAsync(entity, cancellationToken));
        }

        return entries;
    }

    public async Task<long> LastAsync(string runId, CancellationToken cancellationToken) => (await runs.HeadAsync(runId, cancellationToken))?.Last ?? 0;

    /// <summary>The head stays: it is the run's entry. So does the ledger.</summary>
    public async Task RemoveAsync(string runId, CancellationToken cancellationToken)
    {
        await runs.Table.RemoveRowsAsync(StorageKeys.Escape(runId), Key(0), PastNumbers, cancellationToken);
        await runs.Table.RemoveRowsAsync(StorageKeys.Escape(runId), MarkPrefix, StorageKeys.Past(MarkPrefix), cancellationToken);
    }

    /// <summary>A run's first entry and its mark, for the transaction that makes the run.</summary>
    internal static IEnumerable<TableTransactionAction> First(string partition, NewHistoryEntry entry) =>
        [new(TableTransactionActionType.Add, Entity(partition, entry, 1, 0)), new(TableTransactionActionType.Add, Mark(partition, entry.Id, 1, ""))];

    static TableEntity Entity(string partition, NewHistoryEntry entry, long sequence, long subject)
    {
        var entity = StorageLayout.NewEntity(partition, Key(sequence));
        entity[Sequence] = sequence;
        entity["At"] = entry.At;
        entity["Kind"] = entry.Kind;
        entity["Name"] = entry.Name;
        entity["Subject"] = subject;
        return entity;
    }

    static TableEntity Mark(string partition, string id, long sequence, string writer)
    {
        var mark = StorageLayout.NewEntity(partition, MarkPrefix + StorageKeys.Escape(id));
        mark[Sequence] = sequence;
        mark[Writer] = writer;
        return mark;
    }

    internal static string Key(long sequence) => sequence.ToString("D19", CultureInfo.InvariantCulture);

    async Task<Draft> DraftAsync(string runId, RunWrite write, CancellationToken cancellationToken)
    {
        var draft = new Draft(runId, write);
        foreach (var entry in write.Entries)
        {
            var data = new TableEntity();
            await StoredText.SetAsync(data, Data, entry.Data?.GetRawText(), runs.Content.For(runId), cancellationToken);
            draft.Data.Add(data);
        }

        if (write.Attempt is { } attempt)
        {
            draft.Rows.Add((await TableLedger.EntityAsync(attempt, runs.Content, cancellationToken), RunWriteResult.AttemptTaken));
        }

        if (write.Row is { } row)
        {
            draft.Rows.Add((await TableLedger.EntityAsync(row, runs.Content, cancellationToken), RunWriteResult.EntryTaken));
        }

        if (write.Intent is { } intent)
        {
            draft.Rows.Add((TableLedger.Entity(intent), RunWriteResult.IntentTaken));
        }

        if (write.End is { } end)
        {
            await RunEntity.WriteEndAsync(draft.Head, end, runs.Content.For(runId), cancellationToken);
        }

        return draft;
    }

    /// <summary>What stands in the way of the draft; null when it was the head's tag alone. The writer may be this call itself: a transaction whose answer
    /// got lost is sent again by the SDK.</summary>
    async Task<RunWritten?> StandsAsync(Draft draft, CancellationToken cancellationToken)
    {
        foreach (var entry in draft.Write.Entries)
        {
            if (await runs.FindAsync(draft.RunId, MarkPrefix + StorageKeys.Escape(draft.IdOf(entry)), cancellationToken) is { } mark)
            {
                return mark.GetString(Writer) == draft.Writer
                    ? new RunWritten(RunWriteResult.Written, mark.GetInt64(Sequence)!.Value, await LeaseAsync(draft, cancellationToken))
                    : new RunWritten(RunWriteResult.EntryTaken);
            }
        }

        foreach (var (row, result) in draft.Rows)
        {
            if (await runs.FindAsync(draft.RunId, row.RowKey, cancellationToken) is { } stands)
            {
                return draft.Write.Entries.Count == 0 && draft.Write.Intent is { } intent && TableAttemptLeases.Read(stands, draft.RunId, intent.Intent.Key) is var lease
                    && lease.Owner == intent.Owner ? new RunWritten(RunWriteResult.Written, 0, lease) : new RunWritten(result);
            }
        }

        return null;
    }

    async Task<AttemptLease?> LeaseAsync(Draft draft, CancellationToken cancellationToken) => draft.Write.Intent is { } intent
        ? TableAttemptLeases.Read((await runs.FindAsync(draft.RunId, TableLedger.IntentKey(draft.RunId, intent.Intent.Key), cancellationToken))!, draft.RunId, intent.Intent.Key)
        : null;

    async Task<HistoryEntry> ReadAsync(TableEntity entity, CancellationToken cancellationToken) => new(entity.GetInt64(Sequence)!.Value,
        entity.GetDateTimeOffset("At")!.Value, entity.GetString("Kind")!, entity.GetString("Name"), entity.GetInt64("Subject")!.Value,
        await StoredText.FindAsync(entity, Data, runs.Content, cancellationToken) is { } json ? JsonElement.Parse(json) : null);

    /// <summary>A write as entities, but for the numbers that the head gives.</summary>
    sealed class Draft(string runId, RunWrite write)
    {
        int _reopened;

        public string RunId => runId;

        public RunWrite Write => write;

        public string Writer { get; } = Guid.NewGuid().ToString("N");

        public List<TableEntity> Data { get; } = [];

        public List<(TableEntity Entity, RunWriteResult Taken)> Rows { get; } = [];

        /// <summary>What changes in the head.</summary>
        public TableEntity Head { get; } = new(StorageKeys.Escape(runId), RunHead.RowKey);

        /// <summary>Each end of a run has its own.</summary>
        public string IdOf(NewHistoryEntry entry) => write.End is null || _reopened == 0 ? entry.Id
            : string.Create(CultureInfo.InvariantCulture, $"{entry.Id}-{_reopened + 1}");

        public RunHead Moved(RunHead head, ETag tag) => head with
        {
            Tag = tag,
            Last = head.Last + write.Entries.Count,
            Run = head.Run with { OpenCalls = OpenCalls(head) },
            Ended = write.End?.Status ?? head.Ended,
        };

        int OpenCalls(RunHead head) => head.Run.OpenCalls + (write.Intent is null ? 0 : 1) - (write.AnswersIntent ? 1 : 0);

        public IEnumerable<TableTransactionAction> At(RunHead head)
        {
            _reopened = head.Run.Reopened;
            Head[RunHead.LastName] = head.Last + write.Entries.Count;
            Head[RunHead.OpenCallsName] = OpenCalls(head);
            if (write.End is not null)
            {
                Head[RunEntity.EndSequence] = head.Last + write.Entries.Count;
            }

            yield return new(TableTransactionActionType.UpdateMerge, Head, head.Tag);
            foreach (var (i, entry) in write.Entries.Index())
            {
                var sequence = head.Last + 1 + i;
                var entity = Entity(Head.PartitionKey, entry, sequence, entry.Subject == NewHistoryEntry.Previous ? sequence - 1 : entry.Subject);
                foreach (var (name, value) in Data[i])
                {
                    entity[name] = value;
                }

                yield return new(TableTransactionActionType.Add, entity);
                yield return new(TableTransactionActionType.Add, Mark(Head.PartitionKey, IdOf(entry), sequence, Writer));
            }

            foreach (var (entity, _) in Rows)
            {
                yield return new(TableTransactionActionType.Add, entity);
            }
        }

        /// <param name="parts">The intent is the last of the transaction's actions.</param>
        public AttemptLease? Lease(IReadOnlyList<Response> parts)
        {
            if (write.Intent is not { } intent)
            {
                return null;
            }

            var entity = Rows[^1].Entity;
            entity.ETag = parts[^1].Headers.ETag!.Value;
            return TableAttemptLeases.Read(entity, runId, intent.Intent.Key);
        }
    }
}
