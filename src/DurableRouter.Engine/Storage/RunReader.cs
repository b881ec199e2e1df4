using System.Text;
using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;
using DurableRouter.Engine.Runs;
using Microsoft.Data.Sqlite;

namespace DurableRouter.Engine.Storage;

/// <summary>Reads runs and histories.</summary>
sealed class RunReader(ReadPool reads)
{
    const string Columns = """
        no, id, workflow, workflow_version, pipeline, requester, tags, created_at, updated_at, status, busy, purged_at, input, output, error, progress
        """;

    public StoredRun? Find(string id) => reads.Query($"SELECT {Columns} FROM runs WHERE id = $id", Map, ("$id", id)).FirstOrDefault();

    public long HighestNumber() => reads.Query("SELECT COALESCE(MAX(no), 0) FROM runs", r => r.GetInt64(0))[0];

    /// <summary>Runs that owe work, oldest first, and how often a process has died on each.</summary>
    public List<(StoredRun Run, int Deaths, int DeathTurn)> Busy() =>
        reads.Query($"SELECT {Columns}, deaths, death_turn FROM runs WHERE busy = 1 ORDER BY no", r => (Map(r), r.GetInt32(16), r.GetInt32(17)));

    public List<string> BusyIds() => reads.Query("SELECT id FROM runs WHERE busy = 1", r => r.GetString(0));

    /// <summary>Open runs that neither owe work nor have a timer.</summary>
    public List<string> WithoutWork() =>
        reads.Query("SELECT id FROM runs WHERE status = 1 AND busy = 0 AND wake_at IS NULL AND purged_at IS NULL", r => r.GetString(0));

    /// <summary>Runs outside memory whose timer is due before <paramref name="before"/>.</summary>
    public List<string> Due(DateTimeOffset before) =>
        reads.Query("SELECT id FROM runs WHERE wake_at IS NOT NULL AND wake_at <= $before AND busy = 0 AND status < 2", r => r.GetString(0),
            ("$before", before.ToUnixTimeMilliseconds()));

    public List<StoredTurn> History(long run, int afterTurn = 0) => StoredTurns(run, afterTurn).ConvertAll(TurnCodec.Read);

    public List<ReadOnlyMemory<byte>> StoredTurns(long run, int afterTurn = 0) =>
        reads.Query("SELECT events FROM history WHERE key BETWEEN $from AND $to ORDER BY key", r => (ReadOnlyMemory<byte>)r.GetFieldValue<byte[]>(0),
            ("$from", WriteSession.HistoryKey(run, afterTurn + 1)), ("$to", WriteSession.HistoryKey(run, WriteSession.MaxPerRun - 1)));

    public int LastTurn(long run) => Last(run, "history", "key");

    public int LastAttempt(long run) => Last(run, "attempts", "id");

    /// <summary>Newest first, from the run below <paramref name="beforeNo"/> on.</summary>
    public List<StoredRun> List(RunQuery query, long beforeNo, int top)
    {
        var sql = new StringBuilder($"SELECT {Columns} FROM runs WHERE purged_at IS NULL AND no < $before");
        var parameters = new List<(string, object?)> { ("$before", beforeNo), ("$top", top) };
        Add(query.Pipeline is not null, " AND pipeline = $pipeline", "$pipeline", query.Pipeline);
        Add(query.CreatedFrom is not null, " AND created_at >= $from", "$from", query.CreatedFrom?.ToUnixTimeMilliseconds());
        Add(query.CreatedTo is not null, " AND created_at <= $to", "$to", query.CreatedTo?.ToUnixTimeMilliseconds());
        if (query.Statuses.Count > 0)
        {
            sql.Append(" AND status IN (").AppendJoin(',', query.Statuses.Select(s => (int)s)).Append(')');
        }

        if (query.Tag is { } tag)
        {
            var split = tag.IndexOf(':', StringComparison.Ordinal);
            sql.Append(" AND no IN (SELECT run_no FROM run_tags WHERE name = $tag").Append(split < 0 ? ")" : " AND value = $value)");
            parameters.Add(("$tag", split < 0 ? tag : tag[..split]));
            parameters.Add(("$value", split < 0 ? null : tag[(split + 1)..]));
        }

        sql.Append(" ORDER BY no DESC LIMIT $top");
        return reads.Query(sql.ToString(), Map, parameters.ToArray());

        void Add(bool wanted, string clause, string name, object? value)
        {
            if (wanted)
            {
                sql.Append(clause);
                parameters.Add((name, value));
            }
        }
    }

    int Last(long run, string table, string key) =>
        reads.Query($"SELECT COALESCE(MAX({key}), $from) FROM {table} WHERE {key} BETWEEN $from AND $to",
            r => (int)(r.GetInt64(0) - WriteSession.HistoryKey(run, 0)),
            ("$from", WriteSession.HistoryKey(run, 0)), ("$to", WriteSession.HistoryKey(run, WriteSession.MaxPerRun - 1)))[0];

    static StoredRun Map(SqliteDataReader r) => new(
        r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetInt32(3),
        new RunIndexEntry(r.GetString(4), Json(r, 6, EngineJson.Default.IReadOnlyDictionaryStringString) ?? new Dictionary<string, string>(), Text(r, 5)),
        DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(7)), DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(8)),
        (RuntimeStatus)r.GetInt32(9), r.GetInt32(10) == 1, !r.IsDBNull(11), Bytes(r, 12) ?? ReadOnlyMemory<byte>.Empty, Bytes(r, 13),
        Json(r, 14, CoreJson.Default.RunError), Json(r, 15, CoreJson.Default.RunProgress));

    static string? Text(SqliteDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);

    static ReadOnlyMemory<byte>? Bytes(SqliteDataReader r, int column) => r.IsDBNull(column) ? default(ReadOnlyMemory<byte>?) : r.GetFieldValue<byte[]>(column);

    static T? Json<T>(SqliteDataReader r, int column, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) where T : class =>
        r.IsDBNull(column) ? null : JsonSerializer.Deserialize(r.GetFieldValue<byte[]>(column), type);
}
