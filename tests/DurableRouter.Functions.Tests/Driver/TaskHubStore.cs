using System.Collections.Concurrent;

namespace DurableRouter.Functions.Tests.Driver;

/// <summary>What outlives the workers: the task hub.</summary>
sealed class TaskHubStore
{
    readonly ConcurrentDictionary<string, HubInstance> _instances = new();

    public ICollection<HubInstance> Instances => _instances.Values;

    public HubInstance? Find(string id) => _instances.GetValueOrDefault(id);

    public bool TryAdd(HubInstance instance) => _instances.TryAdd(instance.Id, instance);

    public bool Remove(string id) => _instances.TryRemove(id, out _);
}
