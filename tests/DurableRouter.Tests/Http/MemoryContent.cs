using System.Collections.Concurrent;
using System.Security.Cryptography;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Values;

namespace DurableRouter.Tests.Http;

sealed class MemoryContent : IContentStore
{
    readonly ConcurrentDictionary<string, byte[]> _items = new();

    public int Puts { get; private set; }

    public ValueTask<ReadOnlyMemory<byte>> GetAsync(string sha256, CancellationToken cancellationToken) => _items.TryGetValue(sha256, out var bytes)
        ? new(bytes)
        : throw new DurableRouterException(ErrorCodes.ContentMissing, "no such content: " + sha256);

    public ValueTask<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Puts++;
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(content.Span));
        _items[sha256] = content.ToArray();
        return new(sha256);
    }

    public void Clear() => _items.Clear();

    public ReadOnlyMemory<byte>? Find(string sha256) => _items.TryGetValue(sha256, out var bytes) ? bytes : null;
}
