using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using DurableRouter.Core.Errors;
using DurableRouter.Functions.Storage;
using DurableRouter.Functions.Tests.Azurite;

namespace DurableRouter.Functions.Tests.Storage;

public sealed class BlobContentStoreTests
{
    static readonly byte[] Value = Encoding.UTF8.GetBytes(new string('v', 40 * 1024));

    [Fact]
    public async Task Put_ThenGet_GivesTheBytesByTheirHash()
    {
        var store = new BlobContentStore(await TestStorage.CreateAsync());

        var address = await store.PutAsync(Value, default);

        Assert.Equal(64, address.Length);
        Assert.Equal(Value, (await store.GetAsync(address, default)).ToArray());
        Assert.Equal(address, await store.PutAsync(Value, default));
    }

    [Fact]
    public async Task Get_UnknownAddress_IsMissing()
    {
        var store = new BlobContentStore(await TestStorage.CreateAsync());

        var missing = await Assert.ThrowsAsync<DurableRouterException>(async () => await store.GetAsync(new string('0', 64), default));

        Assert.Equal(ErrorCodes.ContentMissing, missing.Code);
    }

    [Fact]
    public async Task Get_ChangedBytes_AreNeverReturned()
    {
        var storage = await TestStorage.CreateAsync();
        var store = new BlobContentStore(storage);
        var address = await store.PutAsync(Value, default);
        await storage.Content.GetBlobClient(address).UploadAsync(BinaryData.FromString("forged"), overwrite: true);

        var refused = await Assert.ThrowsAsync<DurableRouterException>(async () => await store.GetAsync(address, default));

        Assert.Equal(ErrorCodes.StorageFailed, refused.Code);
    }

    [Fact]
    public async Task Remove_ValueOfTwoRuns_StaysUntilTheLastIsGone()
    {
        var store = new BlobContentStore(await TestStorage.CreateAsync());
        var address = await store.For("run-1").PutAsync(Value, default);
        await store.For("run-2").PutAsync(Value, default);

        await store.RemoveAsync("run-1", default);
        Assert.Equal(Value, (await store.GetAsync(address, default)).ToArray());

        await store.RemoveAsync("run-2", default);
        await Assert.ThrowsAsync<DurableRouterException>(async () => await store.GetAsync(address, default));
    }

    [Fact]
    public async Task Remove_ValueThatIsAlsoKept_Stays()
    {
        var store = new BlobContentStore(await TestStorage.CreateAsync());
        var address = await store.PutAsync(Value, default);
        await store.For("run-1").PutAsync(Value, default);

        await store.RemoveAsync("run-1", default);

        Assert.Equal(Value, (await store.GetAsync(address, default)).ToArray());
    }

    [Fact]
    public async Task Remove_AfterADeathHalfWay_IsFinishedByTheNextCall()
    {
        var storage = await TestStorage.CreateAsync();
        var store = new BlobContentStore(storage);
        var address = await store.For("run-1").PutAsync(Value, default);
        await storage.ContentOwners.DeleteEntityAsync(address, "run-run-1");

        await store.RemoveAsync("run-1", default);

        await Assert.ThrowsAsync<DurableRouterException>(async () => await store.GetAsync(address, default));
    }

    [Fact]
    public async Task Remove_AnotherRunPutsTheSameJustBeforeTheDelete_KeepsIt()
    {
        var prefix = "t" + Guid.NewGuid().ToString("N")[..12];
        var connection = (await AzuriteServer.Shared).Connection;
        var other = new BlobContentStore(TestStorage.Open(connection, prefix));
        var options = new BlobClientOptions();
        options.AddPolicy(new BeforeDelete(async () => await other.For("run-2").PutAsync(Value, default)), HttpPipelinePosition.PerCall);
        var storage = new StorageLayout(new TableServiceClient(connection), new BlobServiceClient(connection, options), prefix);
        await storage.CreateAsync(default);
        var store = new BlobContentStore(storage);
        var address = await store.For("run-1").PutAsync(Value, default);

        await store.RemoveAsync("run-1", default);

        Assert.Equal(Value, (await store.GetAsync(address, default)).ToArray());
    }

    sealed class BeforeDelete(Func<Task> act) : HttpPipelinePolicy
    {
        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            if (message.Request.Method == RequestMethod.Delete)
            {
                await act();
            }

            await ProcessNextAsync(message, pipeline);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}
