namespace DurableRouter.Functions.Tests.Driver;

/// <summary>The one thread of an orchestrator: continuations run in order, on the thread that runs the turn.</summary>
sealed class OrchestratorThread : SynchronizationContext
{
    readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = new();

    public void Run(Action first)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            first();
            while (_ready.TryDequeue(out var work))
            {
                work.Callback(work.State);
            }
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    /// <summary>Durable Functions refuses every call of the context from elsewhere.</summary>
    public void Check()
    {
        if (Current != this)
        {
            throw new InvalidOperationException("the orchestrator left its thread: it awaited something that isn't durable");
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        Check();
        _ready.Enqueue((d, state));
    }

    public override SynchronizationContext CreateCopy() => this;
}
