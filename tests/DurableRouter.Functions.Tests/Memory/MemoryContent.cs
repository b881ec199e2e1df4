using System.Collections.Concurrent;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Values;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Tests.Memory;

sealed class MemoryContent : IContentStore, IRunContent
{
    const string Kept = "";
    readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> _items = new();
    readonly ConcurrentDictionary<(string Address, string Owner), bool> _owners = new();

    public ValueTask<ReadOnlyMemory<byte>> GetAsync(string sha256, CancellationToken cancellationToken) => _items.TryGetValue(sha256, out var bytes)
        ? ValueTask.FromResult(bytes) : throw new DurableRouterException(ErrorCodes.ContentMissing, $"no content {sha256}");

    public ValueTask<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => Put(content, Kept);

    public IContentStore For(string runId) => new OfRun(this, runId);

    public Task RemoveAsync(string runId, CancellationToken cancellationToken)
    {
        foreach (var owner in _owners.Keys.Where(o => o.Owner == runId))
        {
            _owners.TryRemove(owner, out _);
            if (!_owners.Keys.Any(o => o.Address == owner.Address))
            {
                _items.TryRemove(owner.Address, out _);
            }
        }

        return Task.CompletedTask;
    }

    ValueTask<string> Put(ReadOnlyMemory<byte> content, string owner)
    {
        var address = FieldValues.Sha256(content.Span);
        _items[address] = content.ToArray();
        _owners[(address, owner)] = true;
        return ValueTask.FromResult(address);
    }

    sealed class OfRun(MemoryContent store, string runId) : IContentStore
    {
        public ValueTask<ReadOnlyMemory<byte>> GetAsync(string sha256, CancellationToken cancellationToken) => store.GetAsync(sha256, cancellationToken);

        public ValueTask<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => store.Put(content, runId);
    }
}
