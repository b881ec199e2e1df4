using DurableRouter.Core.Values;
using DurableRouter.Functions.Storage;
using DurableRouter.Functions.Tests.Azurite;
using DurableRouter.Http.Pipelines;
using DurableRouter.Tests.Http;

namespace DurableRouter.Functions.Tests.Storage;

public sealed class PreparationTests
{
    [Fact]
    public async Task EmptyAccount_GetsTablesAndDefinitions_AndTheNextInstanceAsksOnce()
    {
        var storage = TestStorage.Open((await AzuriteServer.Shared).Connection, "t" + Guid.NewGuid().ToString("N")[..12]);
        await new Preparation(storage, new BlobContentStore(storage)).EnsureAsync(Pipelines(), default);
        var counted = new CountedRequests();
        var next = await counted.OpenAsync(storage);
        var known = Pipelines();

        await new Preparation(next, new BlobContentStore(next)).EnsureAsync(known, default);

        Assert.Equal(1, counted.Count);
        foreach (var pipeline in known)
        {
            await pipeline.EnsureStoredAsync(new Refuses(), default); // it knows that it is
            Assert.NotEqual(0, (await new BlobContentStore(storage).GetAsync(pipeline.Sha256, default)).Length);
        }

        await storage.Outbox.AddEntityAsync(StorageLayout.NewEntity("p", "r"));
    }

    [Fact]
    public async Task OtherPipelines_ArePreparedToo()
    {
        var storage = await TestStorage.CreateAsync();
        await new Preparation(storage, new BlobContentStore(storage)).EnsureAsync([.. Pipelines().Take(1)], default);

        await new Preparation(storage, new BlobContentStore(storage)).EnsureAsync(Pipelines(), default);

        Assert.NotEqual(0, (await new BlobContentStore(storage).GetAsync(Pipelines()[^1].Sha256, default)).Length);
    }

    static List<PublishedPipeline> Pipelines() => [.. new DefinitionRegistry(ContractPipelines.All).All];

    sealed class Refuses : IContentStore
    {
        public ValueTask<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => throw new InvalidOperationException("stored again");

        public ValueTask<ReadOnlyMemory<byte>> GetAsync(string sha256, CancellationToken cancellationToken) => throw new InvalidOperationException("read");
    }
}
