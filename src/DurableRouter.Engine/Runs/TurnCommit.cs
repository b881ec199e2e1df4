using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;
using DurableRouter.Engine.Storage;

namespace DurableRouter.Engine.Runs;

/// <summary>Everything that one turn makes durable, in one transaction: its history, its ledger rows, its large values, the run's row.</summary>
sealed class TurnCommit(RunActor run, CrashPoints crashPoints) : WriteOperation
{
    /// <summary>Set for the first turn of a run: claims id and idempotency key.</summary>
    public NewRun? Start { get; init; }

    public TurnWriter? Turn { get; init; }

    public int TurnNumber { get; init; }

    public IReadOnlyList<AttemptRow> Attempts { get; init; } = [];

    public int FirstAttempt { get; init; }

    public StoredRunState? State { get; init; }

    public RunRow? Row { get; init; }

    /// <summary>The run that had claimed the idempotency key before; this one was not started.</summary>
    public (string RequestHash, string RunId)? Existing { get; private set; }

    public override bool MustSucceed => Start is null;

    public override void Apply(WriteSession session)
    {
        Existing = null;
        if (Start is { } start)
        {
            if (start.Idempotency is { } claim)
            {
                if (session.FindIdempotency(claim.Key) is { } earlier)
                {
                    Existing = earlier;
                    return;
                }

                session.InsertIdempotency(claim, start.Record.Id, start.Record.CreatedAt);
            }

            session.InsertRun(start.Record);
            foreach (var item in start.Content)
            {
                session.InsertContent(item, run.No);
            }

            if (start.Callback is { } callback)
            {
                session.InsertDelivery(callback);
            }
        }

        if (Turn is { Count: > 0 } turn)
        {
            session.AppendHistory(run.No, TurnNumber, turn.Stored);
            foreach (var item in turn.Content)
            {
                session.InsertContent(item, run.No);
            }
        }

        for (var i = 0; i < Attempts.Count; i++)
        {
            session.InsertAttempt(run.No, FirstAttempt + i, Attempts[i]);
        }

        if (State is { } state)
        {
            session.UpdateRun(run.No, state);
            if (state.Status.IsTerminal())
            {
                session.ReleaseDeliveries(run.RunId, state.UpdatedAt);
                session.WithdrawApprovals(run.RunId);
            }
        }

        if (Row is not null)
        {
            session.InsertRunRow(run.No, Row);
        }

        crashPoints.Pass(CrashPoints.BeforeCommit);
    }

    public override void Committed()
    {
        crashPoints.Pass(CrashPoints.AfterCommit);
        run.OnCommitted(this);
    }

    public override void Failed(DurableRouterException failure) => run.OnCommitFailed(this, failure);
}

/// <summary>What the first turn adds.</summary>
sealed record NewRun(RunRecord Record, IReadOnlyList<ContentItem> Content, IdempotencyClaim? Idempotency, Delivery? Callback,
    TaskCompletionSource<StartedRun> Started);
