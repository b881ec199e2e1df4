using System.Collections.Concurrent;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Steps;

namespace DurableRouter.Functions.Tests.Memory;

sealed class MemoryContent : IContentStore
{
    readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> _items = new();

    public ValueTask<ReadOnlyMemory<byte>> GetAsync(string sha256, CancellationToken cancellationToken) => _items.TryGetValue(sha256, out var bytes)
        ? ValueTask.FromResult(bytes) : throw new DurableRouterException(ErrorCodes.ContentMissing, $"no content {sha256}");

    public ValueTask<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var address = FieldValues.Sha256(content.Span);
        _items[address] = content.ToArray();
        return ValueTask.FromResult(address);
    }
}
