using DurableRouter.Core.Errors;
using Microsoft.Data.Sqlite;

namespace DurableRouter.Engine.Storage;

/// <summary>The group commit: one thread and one connection own every write. Operations that arrive while a commit is being flushed
/// share the next transaction, so the cost of a flush is divided among all runs that are ready.</summary>
sealed class Writer : IDisposable
{
    static readonly TimeSpan RetryEvery = TimeSpan.FromMilliseconds(500);
    readonly Lock gate = new();
    readonly SemaphoreSlim wake = new(0);
    readonly Database database;
    readonly SqliteConnection connection;
    readonly WriteSession session;
    readonly Thread thread;
    readonly List<WriteOperation> held = [];
    List<WriteOperation> queue = [];
    List<WriteOperation> batch = [];
    volatile DurableRouterException? fatal;
    bool stopping;
    bool abandoned;

    public Writer(Database database, SqliteConnection connection)
    {
        this.database = database;
        this.connection = connection;
        session = new WriteSession(connection);
        thread = new Thread(Loop) { IsBackground = true, Name = "durable-router writer" };
        thread.Start();
    }

    /// <summary>Set when the database can't be written any more; every later operation fails with it.</summary>
    public DurableRouterException? Fatal => fatal;

    /// <summary>Accepted work that waits for the store to take it.</summary>
    public int Held => held.Count;

    public void Submit(WriteOperation operation)
    {
        if (fatal is { } failure)
        {
            operation.Failed(failure);
            return;
        }

        bool first;
        lock (gate)
        {
            if (abandoned)
            {
                return;
            }

            if (stopping)
            {
                operation.Failed(Stopping());
                return;
            }

            queue.Add(operation);
            first = queue.Count == 1;
        }

        if (first)
        {
            wake.Release();
        }
    }

    public Task<T> WriteAsync<T>(Func<WriteSession, T> apply, bool mustSucceed = false)
    {
        var operation = new AwaitedWrite<T>(apply, mustSucceed);
        Submit(operation);
        return operation.Done;
    }

    /// <summary>Ends without committing what is queued, as the death of the process would. For tests.</summary>
    internal void Abandon()
    {
        lock (gate)
        {
            stopping = abandoned = true;
            queue.Clear();
        }

        Dispose();
    }

    /// <summary>Commits what was submitted and ends.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            stopping = true;
        }

        wake.Release();
        thread.Join();
        session.Dispose();
        connection.Dispose();
        wake.Dispose();
    }

    static DurableRouterException Stopping() =>
        new(ErrorCodes.HostStopping, "The host is stopping. Nothing was changed. Try again when it is back.") { RetryAfter = TimeSpan.FromSeconds(5) };

    void Loop()
    {
        while (true)
        {
            wake.Wait(held.Count == 0 ? Timeout.InfiniteTimeSpan : RetryEvery);
            bool last;
            lock (gate)
            {
                (batch, queue) = (queue, batch);
                last = stopping;
            }

            batch.InsertRange(0, held);
            held.Clear();
            if (abandoned)
            {
                return;
            }

            if (batch.Count > 0)
            {
                Commit(batch);
                batch.Clear();
            }

            if (last)
            {
                held.ForEach(operation => operation.Failed(Stopping()));
                return;
            }
        }
    }

    void Commit(List<WriteOperation> operations)
    {
        if (fatal is null && TryCommit(operations) is { } failure)
        {
            if (operations.Count == 1)
            {
                Refuse(operations[0], failure);
                return;
            }

            // One of them made the transaction fail: find it by committing each alone.
            foreach (var operation in operations)
            {
                if (fatal is { } broken)
                {
                    operation.Failed(broken);
                }
                else if (TryCommit([operation]) is { } cause)
                {
                    Refuse(operation, cause);
                }
            }
        }
        else if (fatal is { } broken)
        {
            operations.ForEach(operation => operation.Failed(broken));
        }
    }

    void Refuse(WriteOperation operation, StorageException failure)
    {
        if (failure.IsTransient && operation.MustSucceed)
        {
            held.Add(operation);
            return;
        }

        var described = failure.ToRouterException(database.Path);
        if (!failure.IsTransient)
        {
            fatal = described; // damage, or a flush that failed: what the file holds is not known, so nothing more may be built on it
        }

        operation.Failed(described);
    }

    StorageException? TryCommit(List<WriteOperation> operations)
    {
        try
        {
            session.Begin();
            foreach (var operation in operations)
            {
                operation.Apply(session);
            }

            session.Commit();
        }
        catch (StorageException failure)
        {
            session.Rollback();
            return failure;
        }

        foreach (var operation in operations)
        {
            operation.Committed();
        }

        return null;
    }
}
