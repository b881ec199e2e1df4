using System.Text.Json;
using DurableRouter.Core.Durability;
using Microsoft.DurableTask;

namespace DurableRouter.Functions.Durable;

/// <summary>The events of one name: one listener for the life of the run, which hands them to whoever waits, the longest waiting first.</summary>
/// <remarks>Durable Task gives an event to the youngest of several waiters, and to one that was cancelled as well, which loses it. So
/// nothing ever cancels the listener; a wait whose deadline passes only leaves this queue.</remarks>
sealed class EventInbox
{
    readonly TaskOrchestrationContext _context;
    readonly string _name;
    readonly HashSet<string> _seen;
    readonly Queue<ExternalEvent> _early = new();

    // No asynchronous continuations: the workflow goes on within the orchestrator's own thread.
    readonly LinkedList<TaskCompletionSource<ExternalEvent>> _waiting = new();
    bool _listening;

    /// <param name="seen">Ids of the events that any inbox of the run has had.</param>
    public EventInbox(TaskOrchestrationContext context, string name, HashSet<string> seen)
    {
        _context = context;
        _name = name;
        _seen = seen;
    }

    public Task<ExternalEvent> Take()
    {
        if (!_listening)
        {
            _listening = true;
            _ = ListenAsync(); // ends with the orchestration
        }

        if (_early.TryDequeue(out var early))
        {
            return Task.FromResult(early);
        }

        var waiter = new TaskCompletionSource<ExternalEvent>();
        _waiting.AddLast(waiter);
        return waiter.Task;
    }

    public void GiveUp(Task<ExternalEvent> wait)
    {
        for (var node = _waiting.First; node is not null; node = node.Next)
        {
            if (node.Value.Task == wait)
            {
                _waiting.Remove(node);
                return;
            }
        }
    }

    async Task ListenAsync()
    {
        while (true)
        {
            var received = Read(await _context.WaitForExternalEvent<JsonElement?>(_name));
            if (!_seen.Add(received.Id))
            {
                continue;
            }

            if (_waiting.First is { } first)
            {
                _waiting.RemoveFirst();
                first.Value.SetResult(received);
            }
            else
            {
                _early.Enqueue(received);
            }
        }
    }

    /// <summary>An event that didn't come through <see cref="IRunClient"/> (somebody used the task hub itself) is its own payload.</summary>
    ExternalEvent Read(JsonElement? raised) =>
        raised is { ValueKind: JsonValueKind.Object } o && o.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
            && o.EnumerateObject().All(m => m.Name is "id" or "payload")
            ? o.Deserialize(FunctionsJson.Default.ExternalEvent)!
            : new ExternalEvent($"{_name}#{_seen.Count + 1}", raised);
}
