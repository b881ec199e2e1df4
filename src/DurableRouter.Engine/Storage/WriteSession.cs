using System.Text.Json;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace DurableRouter.Engine.Storage;

/// <summary>Every statement that writes, prepared once. Only the writer's thread uses it, inside a transaction.</summary>
sealed class WriteSession : IDisposable
{
    /// <summary>Turns per run, and attempts per run, that the composed keys have room for.</summary>
    public const int MaxPerRun = 1 << 20;
    readonly sqlite3 handle;
    readonly Statement begin, commit, rollback, insertRun, insertTag, appendHistory, updateRun, insertIdempotency, findIdempotency, insertContent,
        insertOwner, insertAttempt, insertRunRow, insertDelivery, releaseDeliveries, findPending, closeApproval;
    readonly List<Statement> all = [];

    public WriteSession(SqliteConnection connection)
    {
        handle = connection.Handle ?? throw new InvalidOperationException("the writer's connection is closed");
        begin = Prepare("BEGIN IMMEDIATE");
        commit = Prepare("COMMIT");
        rollback = Prepare("ROLLBACK");
        insertRun = Prepare("""
            INSERT INTO runs (no, id, workflow, workflow_version, pipeline, requester, tags, created_at, updated_at, status, busy, wake_at, input)
            VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)
            """);
        insertTag = Prepare("INSERT INTO run_tags (name, value, run_no) VALUES (?,?,?)");
        appendHistory = Prepare("INSERT INTO history (key, events) VALUES (?,?)");
        updateRun = Prepare("""
            UPDATE runs SET updated_at = ?, status = ?, busy = ?, wake_at = ?, progress = ?, output = ?, error = ? WHERE no = ?
            """);
        insertIdempotency = Prepare("INSERT INTO idempotency (key, request_hash, run_id, created_at) VALUES (?,?,?,?)");
        findIdempotency = Prepare("SELECT request_hash, run_id FROM idempotency WHERE key = ?");
        insertContent = Prepare("INSERT INTO content (sha256, bytes) VALUES (?,?) ON CONFLICT DO NOTHING");
        insertOwner = Prepare("INSERT INTO content_owners (run_no, sha256) VALUES (?,?) ON CONFLICT DO NOTHING");
        insertAttempt = Prepare("""
            INSERT INTO attempts (id, key, step, role, pipeline, family, revision, ordinal, candidate, tier, model, provider, model_echo, rule,
              started_at, latency_ms, first_byte_ms, input_tokens, cached_tokens, output_tokens, reasoning_tokens, usage_source, usage_suspect,
              cost, price_as_of, outcome, failure_code, failure_message, checks, degraded, simulated, prompt_sha256, output_sha256, approval, misroute,
              provider_cost)
            VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
            """);
        insertRunRow = Prepare("INSERT OR REPLACE INTO run_rows (run_no, row) VALUES (?,?)");
        insertDelivery = Prepare("""
            INSERT INTO deliveries (id, kind, subject, target, state, attempts, created_at, next_at, error) VALUES (?,?,?,?,?,?,?,?,?)
            ON CONFLICT DO NOTHING
            """);
        releaseDeliveries = Prepare("UPDATE deliveries SET state = 'due', next_at = ? WHERE state = 'waiting' AND subject = ?");
        findPending = Prepare("SELECT CAST(record AS TEXT) FROM approvals WHERE run_id = ? AND status = 'pending' LIMIT 1");
        closeApproval = Prepare("UPDATE approvals SET status = ?, record = ?, woken = 1 WHERE id = ?");
    }

    public sqlite3 Handle => handle;

    public void Begin() => begin.Run();

    public void Commit() => commit.Run();

    public void Rollback()
    {
        if (raw.sqlite3_get_autocommit(handle) == 0) // SQLite itself rolls back on some failures
        {
            rollback.Run();
        }
    }

    public void InsertRun(in RunRecord run)
    {
        insertRun.Add(run.No).Add(run.Id).Add(run.Workflow).Add(run.WorkflowVersion).Add(run.Index.Pipeline).Add(run.Index.Requester);
        if (run.Index.Tags.Count == 0)
        {
            insertRun.AddNull();
        }
        else
        {
            insertRun.Add(JsonSerializer.SerializeToUtf8Bytes(run.Index.Tags, EngineJson.Default.IReadOnlyDictionaryStringString));
        }

        insertRun.Add(run.CreatedAt.ToUnixTimeMilliseconds()).Add(run.CreatedAt.ToUnixTimeMilliseconds()).Add((long)run.Status).Add(run.Busy)
            .Add(run.WakeAt).Add(run.Input.Span).Run();
        foreach (var (name, value) in run.Index.Tags)
        {
            insertTag.Add(name).Add(value).Add(run.No).Run();
        }
    }

    public void UpdateRun(long no, in StoredRunState state) =>
        updateRun.Add(state.UpdatedAt.ToUnixTimeMilliseconds()).Add((long)state.Status).Add(state.Busy).Add(state.WakeAt)
            .AddJson(state.Progress, CoreJson.Default.RunProgress).AddBytes(state.Output).AddJson(state.Error, CoreJson.Default.RunError)
            .Add(no).Run();

    public void AppendHistory(long run, int turn, ReadOnlySpan<byte> events) => appendHistory.Add(HistoryKey(run, turn)).Add(events).Run();

    public (string RequestHash, string RunId)? FindIdempotency(string key) =>
        findIdempotency.Add(key).TryRead(out var hash, out var run) ? (hash!, run!) : null;

    public void InsertIdempotency(IdempotencyClaim claim, string runId, DateTimeOffset at) =>
        insertIdempotency.Add(claim.Key).Add(claim.RequestHash).Add(runId).Add(at.ToUnixTimeMilliseconds()).Run();

    /// <param name="owner">The run that the value belongs to; null for values that no purge removes.</param>
    public void InsertContent(ContentItem item, long? owner)
    {
        var address = Convert.FromHexString(item.Sha256);
        insertContent.Add(address).Add(item.Bytes.Span).Run();
        if (owner is { } run)
        {
            insertOwner.Add(run).Add(address).Run();
        }
    }

    /// <param name="number">The attempt's number within the run, from 1.</param>
    public void InsertAttempt(long run, int number, AttemptRow row)
    {
        insertAttempt.Add(HistoryKey(run, number)).Add(row.Key).Add(row.Step).Add(row.Role).Add(row.Pipeline).Add(row.Family).Add(row.Revision).Add(row.Ordinal)
            .Add(row.Candidate).Add(row.Tier).Add(row.Model).Add(row.Provider).Add(row.ModelEcho).Add(row.Rule)
            .Add(row.StartedAt.ToUnixTimeMilliseconds()).Add(row.LatencyMs).Add(row.FirstByteMs).Add(row.Usage.Input).Add(row.Usage.CachedInput)
            .Add(row.Usage.Output).Add(row.Usage.Reasoning).Add(LedgerColumns.Text(row.UsageSource)).Add(row.UsageSuspect)
            .Add(Money.ToUnits(row.CostUsd)).Add(LedgerColumns.Text(row.PriceAsOf)).Add(LedgerColumns.Text(row.Outcome)).Add(row.FailureCode)
            .Add(row.FailureMessage);
        if (row.Checks.Count == 0)
        {
            insertAttempt.AddNull();
        }
        else
        {
            insertAttempt.AddJson(row.Checks, CoreJson.Default.IReadOnlyListCheckResult);
        }

        insertAttempt.Add(row.DegradedReason).Add(row.Simulated).AddHex(row.PromptSha256).AddHex(row.OutputSha256).Add(row.Approval).Add(row.Misroute)
            .Add(row.ProviderCostUsd is { } told ? Money.ToUnits(told) : null).Run();
    }

    public void InsertRunRow(long run, RunRow row) => insertRunRow.Add(run).AddJson(row, EngineJson.Default.RunRow).Run();

    public int InsertDelivery(Delivery delivery) => insertDelivery.Add(delivery.Id).Add(delivery.Kind).Add(delivery.Subject).Add(delivery.Target)
        .Add(SqliteOutbox.Text(delivery.State)).Add(delivery.Attempts).Add(delivery.CreatedAt.ToUnixTimeMilliseconds())
        .Add(delivery.NextAt.ToUnixTimeMilliseconds()).Add(delivery.Error).Run();

    /// <summary>What waits for the run's end is due.</summary>
    public void ReleaseDeliveries(string runId, DateTimeOffset at) => releaseDeliveries.Add(at.ToUnixTimeMilliseconds()).Add(runId).Run();

    /// <summary>What the run asked is asked no more.</summary>
    public void WithdrawApprovals(string runId)
    {
        while (findPending.Add(runId).TryRead(out var json, out _))
        {
            var closed = ApprovalMoves.Close(JsonSerializer.Deserialize(json!, CoreJson.Default.ApprovalRecord)!, ApprovalStatus.Withdrawn);
            closeApproval.Add(SqliteApprovalStore.Text(closed.Status)).AddJson(closed, CoreJson.Default.ApprovalRecord).Add(closed.Id).Run();
        }
    }

    public Statement Prepare(string sql)
    {
        var statement = new Statement(handle, sql);
        all.Add(statement);
        return statement;
    }

    public static long HistoryKey(long run, int number) => (run * MaxPerRun) + number;

    public void Dispose() => all.ForEach(statement => statement.Dispose());
}
