using System.Text.Json;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Tests.Driver;

/// <summary>A task hub with one worker, in memory. Inputs, outputs, events and statuses pass through JSON as in the real one.</summary>
sealed class ReplayingHub(TaskHubStore store, FunctionTable functions, TimeProvider clock) : DurableTaskClient("test")
{
    readonly HubWorker _worker = new(store, functions, clock);

    /// <summary>How often an orchestration was asked for, refused starts included.</summary>
    public int Starts { get; private set; }

    /// <summary>A start that is neither refused nor made known: the process dies in the middle of it.</summary>
    public bool LosesStarts { get; set; }

    /// <summary>An event that the process dies before sending.</summary>
    public bool LosesEvents { get; set; }

    /// <summary>Ends the worker as the death of its process would.</summary>
    public void Kill() => _worker.Dispose();

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(TaskName orchestratorName, object? input = null,
        StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        Starts++;
        if (LosesStarts)
        {
            throw new IOException("the process died");
        }

        var instance = new HubInstance(options!.InstanceId!, orchestratorName.Name, options.Version?.Version ?? "", JsonSerializer.Serialize(input), clock.GetUtcNow())
        {
            Tags = options.Tags,
        };
        if (!store.TryAdd(instance))
        {
            throw new InvalidOperationException($"An Orchestration instance with the status {store.Find(instance.Id)!.Status} already exists.");
        }

        _worker.Deliver(instance, new HubEvent(HubEventKind.ExecutionStarted, default));
        return Task.FromResult(instance.Id);
    }

    public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default) =>
        LosesEvents ? throw new IOException("the process died")
            : SendAsync(instanceId, new HubEvent(HubEventKind.EventRaised, default, 0, eventName, JsonSerializer.Serialize(eventPayload)));

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new HubEvent(HubEventKind.ExecutionSuspended, default, Data: reason));

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new HubEvent(HubEventKind.ExecutionResumed, default, Data: reason));

    public override Task TerminateInstanceAsync(string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new HubEvent(HubEventKind.ExecutionTerminated, default, Data: JsonSerializer.Serialize(options?.Output)));

    /// <summary>As the Durable extension does it: DurableClient.cs, RestartCoreAsync.</summary>
    public override Task<string> RestartAsync(string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        var old = store.Find(instanceId) ?? throw new ArgumentException($"no instance {instanceId}");
        var tags = restartWithNewInstanceId ? new Dictionary<string, string>(old.Tags) { ["MS_DurableFunctions_SourceInstanceId"] = instanceId } : old.Tags;
        var id = restartWithNewInstanceId ? Guid.NewGuid().ToString("N") : instanceId;
        var instance = new HubInstance(id, old.Name, old.Version, old.Input, clock.GetUtcNow()) { Tags = tags };
        if (!restartWithNewInstanceId)
        {
            store.Remove(id);
        }

        store.TryAdd(instance);
        _worker.Deliver(instance, new HubEvent(HubEventKind.ExecutionStarted, default));
        return Task.FromResult(id);
    }

    public override Task RewindInstanceAsync(string instanceId, string reason, CancellationToken cancellation = default)
    {
        var instance = store.Find(instanceId)!;
        lock (instance)
        {
            instance.Rewind();
        }

        return SendAsync(instanceId, new HubEvent(HubEventKind.Generic, default, Data: reason));
    }

    public override Task<OrchestrationMetadata?> GetInstancesAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default)
    {
        if (store.Find(instanceId) is not { } instance)
        {
            return Task.FromResult<OrchestrationMetadata?>(null);
        }

        lock (instance)
        {
            return Task.FromResult<OrchestrationMetadata?>(instance.Metadata(getInputsAndOutputs));
        }
    }

    public override Task<PurgeResult> PurgeInstanceAsync(string instanceId, PurgeInstanceOptions? options = null, CancellationToken cancellation = default) =>
        Task.FromResult(new PurgeResult(store.Find(instanceId) is { IsCompleted: true } && store.Remove(instanceId) ? 1 : 0));

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        throw NotNeeded;

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) =>
        throw NotNeeded;

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) => throw NotNeeded;

    public override ValueTask DisposeAsync()
    {
        Kill();
        return ValueTask.CompletedTask;
    }

    static NotSupportedException NotNeeded => new("The app doesn't ask the task hub for this.");

    Task SendAsync(string instanceId, HubEvent happened)
    {
        _worker.Deliver(store.Find(instanceId) ?? throw new InvalidOperationException($"no instance {instanceId}"), happened);
        return Task.CompletedTask;
    }
}
