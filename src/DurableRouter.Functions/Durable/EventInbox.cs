using System.Text.Json;
using DurableRouter.Core.Durability;
using Microsoft.DurableTask;

namespace DurableRouter.Functions.Durable;

/// <summary>The events of one name, for whoever waits: the longest waiting first, and each event once.</summary>
/// <remarks>Durable Task gives an event to the youngest of several waiters, so only one waiter at a time is known to it: the listener, which hands on
/// to the queue here. It also delivers an event as often as it was raised. What nobody waits for it keeps, in order, and since
/// <c>Microsoft.DurableTask.Worker</c> 1.27 a cancelled waiter takes no event with it.</remarks>
/// <param name="seen">Ids of the events that any inbox of the run has had.</param>
sealed class EventInbox(TaskOrchestrationContext context, string name, HashSet<string> seen)
{
    // No asynchronous continuations: the workflow goes on within the orchestrator's own thread.
    readonly LinkedList<TaskCompletionSource<ExternalEvent>> _waiting = new();
    CancellationTokenSource? _listening;

    public Task<ExternalEvent> Take()
    {
        var waiter = new TaskCompletionSource<ExternalEvent>();
        _waiting.AddLast(waiter);
        if (_listening is null)
        {
            _listening = new CancellationTokenSource();
            _ = ListenAsync(_listening.Token);
        }

        return waiter.Task;
    }

    public void GiveUp(Task<ExternalEvent> wait)
    {
        _waiting.Remove(_waiting.First(waiter => waiter.Task == wait));
        if (_waiting.Count == 0)
        {
            _listening!.Cancel();
            _listening = null;
        }
    }

    /// <summary>Listens while somebody waits.</summary>
    async Task ListenAsync(CancellationToken nobodyWaits)
    {
        while (_waiting.Count > 0 && !nobodyWaits.IsCancellationRequested)
        {
            ExternalEvent received;
            try
            {
                received = Read(await context.WaitForExternalEvent<JsonElement?>(name, nobodyWaits));
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (seen.Add(received.Id))
            {
                var longest = _waiting.First!.Value;
                _waiting.RemoveFirst();
                longest.SetResult(received); // the workflow goes on in here, and may wait again
            }
        }

        if (!nobodyWaits.IsCancellationRequested)
        {
            _listening = null;
        }
    }

    /// <summary>An event that didn't come through <see cref="IRunClient"/> (somebody used the task hub itself) is its own payload.</summary>
    ExternalEvent Read(JsonElement? raised) =>
        raised is { ValueKind: JsonValueKind.Object } o && o.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
            && o.EnumerateObject().All(m => m.Name is "id" or "payload")
            ? o.Deserialize(FunctionsJson.Default.ExternalEvent)!
            : new ExternalEvent($"{name}#{seen.Count + 1}", raised);
}
