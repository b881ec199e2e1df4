using DurableRouter.Core.Errors;

namespace DurableRouter.Engine.Storage;

/// <summary>One unit of the group commit: its statements are applied together or not at all.</summary>
abstract class WriteOperation
{
    /// <summary>True for accepted work: kept and tried again while the disk is full or the database locked. False for a request that
    /// can be refused.</summary>
    public virtual bool MustSucceed => false;

    /// <summary>Runs inside the transaction, on the writer's thread. It may run again if the transaction is rolled back.</summary>
    public abstract void Apply(WriteSession session);

    /// <summary>The commit is durable. On the writer's thread: hand work over, don't do it here.</summary>
    public abstract void Committed();

    public abstract void Failed(DurableRouterException failure);
}

/// <summary>An operation somebody waits for. It may refuse with a <see cref="DurableRouterException"/> before its first write.</summary>
sealed class AwaitedWrite<T>(Func<WriteSession, T> apply, bool mustSucceed) : WriteOperation
{
    readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    T result = default!;
    DurableRouterException? refusal;

    public Task<T> Done => done.Task;

    public override bool MustSucceed => mustSucceed;

    public override void Apply(WriteSession session)
    {
        refusal = null;
        try
        {
            result = apply(session);
        }
        catch (DurableRouterException e)
        {
            refusal = e;
        }
    }

    public override void Committed()
    {
        if (refusal is null)
        {
            done.SetResult(result);
        }
        else
        {
            done.SetException(refusal);
        }
    }

    public override void Failed(DurableRouterException failure) => done.SetException(failure);
}
