using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Durable;

/// <summary>The way to the task hub. Functions hands the client to triggers only, by <c>[DurableClient]</c>; each trigger that needs it puts it
/// here. It is the same for the life of the process.</summary>
public sealed class TaskHub
{
    volatile DurableTaskClient? _client;

    /// <exception cref="InvalidOperationException">No trigger has brought it yet: a bug.</exception>
    public DurableTaskClient Client
    {
        get => _client ?? throw new InvalidOperationException("a trigger without [DurableClient] came here first");
        set => _client = value;
    }

    /// <summary>Gives back what needs the task hub, now that a trigger has brought it.</summary>
    public T With<T>(DurableTaskClient client, T user)
    {
        Client = client;
        return user;
    }
}
