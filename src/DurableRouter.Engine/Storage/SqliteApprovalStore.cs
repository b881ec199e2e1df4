using System.Text.Json;
using DurableRouter.Core;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;

namespace DurableRouter.Engine.Storage;

/// <summary>Approvals in the database. The writer runs one operation at a time, which makes the first decision the only one.</summary>
sealed class SqliteApprovalStore(ReadPool reads, Writer writer, IRunClient runs) : IApprovalStore
{
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

    public async Task<ApprovalRecord> DecideAsync(string id, ApprovalDecision decision, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var record = await MoveAsync(id, decision.Decision, decision, mustSucceed: false).ConfigureAwait(false);
        await WakeAsync(record, cancellationToken).ConfigureAwait(false);
        return record;
    }

    public Task<ApprovalRecord> CloseAsync(string id, ApprovalStatus status, DateTimeOffset at, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return MoveAsync(id, status, decision: null, mustSucceed: true);
    }

    /// <summary>Decided approvals whose run may not have heard of it: the process died in between.</summary>
    public List<ApprovalRecord> Asleep() =>
        reads.Query("SELECT record FROM approvals WHERE woken = 0 AND status <> 'pending'", r => Parse(r.GetFieldValue<byte[]>(0)));

    /// <summary>Tells the run. The event's id makes a repetition harmless.</summary>
    public async Task WakeAsync(ApprovalRecord record, CancellationToken cancellationToken)
    {
        try
        {
            await runs.RaiseEventAsync(record.RunId, EventNames.Approval(record.Id), $"decision:{record.Id}", payload: null, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (DurableRouterException e) when (e.Code is ErrorCodes.RunFinished or ErrorCodes.RunNotFound)
        {
            // Nobody waits for it any more.
        }

        await writer.WriteAsync(session =>
        {
            using var update = new Statement(session.Handle, "UPDATE approvals SET woken = 1 WHERE id = ?");
            return update.Add(record.Id).Run();
        }).ConfigureAwait(false);
    }

    Task<ApprovalRecord> MoveAsync(string id, ApprovalStatus status, ApprovalDecision? decision, bool mustSucceed) => writer.WriteAsync(session =>
    {
        var record = Stored(session, id) ?? throw new DurableRouterException(ErrorCodes.ApprovalNotFound, $"There is no approval {id}.");
        if (record.Status != ApprovalStatus.Pending)
        {
            return record;
        }

        var moved = record with { Status = status, Decision = decision };
        using var update = new Statement(session.Handle, "UPDATE approvals SET status = ?, record = ?, woken = ? WHERE id = ?");
        update.Add(Text(status)).AddJson(moved, CoreJson.Default.ApprovalRecord).Add(decision is null).Add(id).Run();
        return moved;
    }, mustSucceed);

    static ApprovalRecord? Stored(WriteSession session, string id)
    {
        using var find = new Statement(session.Handle, "SELECT CAST(record AS TEXT) FROM approvals WHERE id = ?");
        return find.Add(id).TryRead(out var json, out _) ? JsonSerializer.Deserialize(json!, CoreJson.Default.ApprovalRecord) : null;
    }

    static ApprovalRecord Parse(byte[] json) => JsonSerializer.Deserialize(json, CoreJson.Default.ApprovalRecord)!;

    static string Text(ApprovalStatus status) => status switch
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
