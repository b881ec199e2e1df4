using System.Text;
using DurableRouter.Core.Errors;
using DurableRouter.Functions.Storage;

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
    public async Task Remove_WhileAnotherRunPutsTheSame_NeverLosesItsValue()
    {
        var store = new BlobContentStore(await TestStorage.CreateAsync());
        for (var round = 0; round < 10; round++)
        {
            await store.For($"old-{round}").PutAsync(Value, default);

            var puts = store.For($"new-{round}").PutAsync(Value, default).AsTask();
            await Task.WhenAll(store.RemoveAsync($"old-{round}", default), puts);

            Assert.Equal(Value, (await store.GetAsync(await puts, default)).ToArray());
            await store.RemoveAsync($"new-{round}", default);
        }
    }
}
