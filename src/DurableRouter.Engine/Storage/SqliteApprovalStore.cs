using System.Security.Cryptography;
using System.Text.Json;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;

namespace DurableRouter.Engine.Storage;

/// <summary>Approvals in the database. The writer runs one operation at a time, which makes the first decision the only one.</summary>
sealed class SqliteApprovalStore(ReadPool reads, Writer writer, IRunClient runs, CrashPoints crashPoints) : IApprovalStore
{
    const string SealingKey = "approval_sealing_key";

    public Task<ApprovalRecord> RequestAsync(ApprovalRecord record, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.WriteAsync(session =>
        {
            using var insert = new Statement(session.Handle,
                "INSERT INTO approvals (id, run_id, status, expires_at, record) VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING");
            insert.Add(record.Id).Add(record.RunId).Add(Text(record.Status)).Add(record.ExpiresAt.ToUnixTimeMilliseconds())
                .AddJson(record, CoreJson.Default.ApprovalRecord).Run();
            return Stored(session, record.Id)!;
        }, mustSucceed: true);
    }

    public Task<ApprovalRecord?> GetAsync(string id, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(reads.Query("SELECT record FROM approvals WHERE id = $id", r => Parse(r.GetFieldValue<byte[]>(0)), ("$id", id)).FirstOrDefault());
    }

    public Task<IReadOnlyList<ApprovalRecord>> ListAsync(ApprovalStatus? status, string? runId, int top, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<ApprovalRecord>>(reads.Query($"""
            SELECT record FROM approvals WHERE {(status is null ? "1 = 1" : "status = $status")} AND {(runId is null ? "1 = 1" : "run_id = $run")}
            ORDER BY no LIMIT $top
            """, r => Parse(r.GetFieldValue<byte[]>(0)), ("$status", status is { } s ? Text(s) : null), ("$run", runId), ("$top", top)));
    }

    public async Task<ApprovalRecord> DecideAsync(string id, Func<ApprovalRecord, ApprovalRecord> vote, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (record, changed) = await ChangeAsync(id, vote, wakes: true).ConfigureAwait(false);
        if (changed && record.Status != ApprovalStatus.Pending)
        {
            crashPoints.Pass(CrashPoints.AfterDecision);
            await WakeAsync(record, cancellationToken).ConfigureAwait(false);
        }

        return record;
    }

    public async Task<ApprovalRecord> MoveAsync(string id, Func<ApprovalRecord, ApprovalRecord> change, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return (await ChangeAsync(id, change, wakes: false).ConfigureAwait(false)).Record;
    }

    public Task<ReadOnlyMemory<byte>> SealingKeyAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.WriteAsync<ReadOnlyMemory<byte>>(session =>
        {
            using var find = new Statement(session.Handle, "SELECT value FROM meta WHERE name = ?");
            if (find.Add(SealingKey).TryRead(out var stored, out _))
            {
                return Convert.FromHexString(stored!);
            }

            var key = RandomNumberGenerator.GetBytes(32);
            using var insert = new Statement(session.Handle, "INSERT INTO meta (name, value) VALUES (?,?)");
            insert.Add(SealingKey).Add(Convert.ToHexStringLower(key)).Run();
            return key;
        }, mustSucceed: true);
    }

    public Task<bool> KnowsMessageAsync(string webhookId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(reads.Query("SELECT 1 FROM messages WHERE webhook_id = $id", r => true, ("$id", webhookId)).Count > 0);
    }

    public Task RememberMessageAsync(string webhookId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return writer.WriteAsync(session =>
        {
            using var forget = new Statement(session.Handle, "DELETE FROM messages WHERE seen_at < ?");
            forget.Add(at.AddDays(-2).ToUnixTimeMilliseconds()).Run();
            using var insert = new Statement(session.Handle, "INSERT INTO messages (webhook_id, seen_at) VALUES (?,?) ON CONFLICT DO NOTHING");
            return insert.Add(webhookId).Add(at.ToUnixTimeMilliseconds()).Run();
        });
    }

    /// <summary>Decided approvals whose run may not have heard of it: the process died in between.</summary>
    public List<ApprovalRecord> Asleep() =>
        reads.Query("SELECT record FROM approvals WHERE woken = 0 AND status <> 'pending'", r => Parse(r.GetFieldValue<byte[]>(0)));

    /// <summary>Tells the run. The event's id makes a repetition harmless.</summary>
    public async Task WakeAsync(ApprovalRecord record, CancellationToken cancellationToken)
    {
        await ApprovalWakeUp.RaiseAsync(runs, record, cancellationToken).ConfigureAwait(false);
        crashPoints.Pass(CrashPoints.AfterWake);
        await writer.WriteAsync(session =>
        {
            using var update = new Statement(session.Handle, "UPDATE approvals SET woken = 1 WHERE id = ?");
            return update.Add(record.Id).Run();
        }).ConfigureAwait(false);
    }

    /// <param name="wakes">A person's vote: refused when the store can't take it now, and the run must hear of the end that it makes.</param>
    Task<(ApprovalRecord Record, bool Changed)> ChangeAsync(string id, Func<ApprovalRecord, ApprovalRecord> change, bool wakes) => writer.WriteAsync(session =>
    {
        var record = Stored(session, id) ?? throw new DurableRouterException(ErrorCodes.ApprovalNotFound, $"There is no approval {id}.");
        var changed = change(record);
        if (ReferenceEquals(changed, record))
        {
            return (record, false);
        }

        using var update = new Statement(session.Handle, "UPDATE approvals SET status = ?, expires_at = ?, record = ?, woken = ? WHERE id = ?");
        update.Add(Text(changed.Status)).Add(changed.ExpiresAt.ToUnixTimeMilliseconds()).AddJson(changed, CoreJson.Default.ApprovalRecord).Add(!wakes)
            .Add(id).Run();
        if (wakes && changed.Status != ApprovalStatus.Pending)
        {
            crashPoints.Pass(CrashPoints.BeforeDecision);
        }

        return (changed, true);
    }, mustSucceed: !wakes);

    static ApprovalRecord? Stored(WriteSession session, string id)
    {
        using var find = new Statement(session.Handle, "SELECT CAST(record AS TEXT) FROM approvals WHERE id = ?");
        return find.Add(id).TryRead(out var json, out _) ? JsonSerializer.Deserialize(json!, CoreJson.Default.ApprovalRecord) : null;
    }

    static ApprovalRecord Parse(byte[] json) => JsonSerializer.Deserialize(json, CoreJson.Default.ApprovalRecord)!;

    public static string Text(ApprovalStatus status) => status switch
    {
        ApprovalStatus.Pending => "pending",
        ApprovalStatus.Approved => "approved",
        ApprovalStatus.Rejected => "rejected",
        ApprovalStatus.ChangesRequested => "changesRequested",
        ApprovalStatus.Expired => "expired",
        ApprovalStatus.Withdrawn => "withdrawn",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };
}
