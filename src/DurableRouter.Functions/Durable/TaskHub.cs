using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Durable;

/// <summary>The way to the task hub. Functions hands the client to triggers only, by <c>[DurableClient]</c>; each trigger that needs it puts it
/// here. It is the same for the life of the process.</summary>
sealed class TaskHub
{
    volatile DurableTaskClient? _client;

    /// <exception cref="InvalidOperationException">No trigger has brought it yet: a bug.</exception>
    public DurableTaskClient Client
    {
        get => _client ?? throw new InvalidOperationException("a trigger without [DurableClient] came here first");
        set => _client = value;
    }
}
