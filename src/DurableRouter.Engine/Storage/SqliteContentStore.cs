using System.Security.Cryptography;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Values;

namespace DurableRouter.Engine.Storage;

/// <summary>Content-addressed values in the database, with the most recent ones in memory.</summary>
sealed class SqliteContentStore(ReadPool reads, Writer writer) : IContentStore
{
    const long CacheBytes = 32 * 1024 * 1024;
    readonly Lock gate = new();
    readonly Dictionary<string, LinkedListNode<ContentItem>> cache = [];
    readonly LinkedList<ContentItem> recent = new();
    long cached;

    /// <exception cref="DurableRouterException">Code <c>content_missing</c>.</exception>
    public ReadOnlyMemory<byte> Get(string sha256)
    {
        lock (gate)
        {
            if (cache.TryGetValue(sha256, out var node))
            {
                recent.Remove(node);
                recent.AddFirst(node);
                return node.Value.Bytes;
            }
        }

        var found = reads.Query("SELECT bytes FROM content WHERE sha256 = $sha", r => r.GetFieldValue<byte[]>(0), ("$sha", Convert.FromHexString(sha256)));
        if (found.Count == 0)
        {
            throw new DurableRouterException(ErrorCodes.ContentMissing,
                $"The value {sha256} is not stored here: its run was deleted or its retention ended. The ledger keeps its hash.");
        }

        Remember(new ContentItem(sha256, found[0]));
        return found[0];
    }

    /// <summary>Keeps a value that was just made durable at hand.</summary>
    public void Remember(ContentItem item)
    {
        lock (gate)
        {
            if (item.Bytes.Length > CacheBytes / 4 || cache.ContainsKey(item.Sha256))
            {
                return;
            }

            cache.Add(item.Sha256, recent.AddFirst(item));
            cached += item.Bytes.Length;
            while (cached > CacheBytes && recent.Last is { } oldest)
            {
                recent.RemoveLast();
                cache.Remove(oldest.Value.Sha256);
                cached -= oldest.Value.Bytes.Length;
            }
        }
    }

    public ValueTask<ReadOnlyMemory<byte>> GetAsync(string sha256, CancellationToken cancellationToken) => ValueTask.FromResult(Get(sha256));

    public ValueTask<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => PutAsync(content, owner: null, cancellationToken);

    /// <param name="owner">The run whose purge may remove the value; null keeps it.</param>
    public async ValueTask<string> PutAsync(ReadOnlyMemory<byte> content, long? owner, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var item = new ContentItem(Convert.ToHexStringLower(SHA256.HashData(content.Span)), content);
        await writer.WriteAsync(session =>
        {
            session.InsertContent(item, owner);
            return true;
        }, mustSucceed: owner is not null);
        Remember(item);
        return item.Sha256;
    }

    /// <summary>The store as one run's activities see it.</summary>
    public IContentStore For(long run) => new Owned(this, run);

    sealed class Owned(SqliteContentStore store, long run) : IContentStore
    {
        public ValueTask<ReadOnlyMemory<byte>> GetAsync(string sha256, CancellationToken cancellationToken) => store.GetAsync(sha256, cancellationToken);

        public ValueTask<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            store.PutAsync(content, run, cancellationToken);
    }
}
