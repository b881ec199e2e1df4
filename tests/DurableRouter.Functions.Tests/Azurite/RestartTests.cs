using DurableRouter.Functions.Storage;
using DurableRouter.Functions.Tests.Storage;

namespace DurableRouter.Functions.Tests.Azurite;

public sealed class RestartTests
{
    [Fact]
    public async Task Azurite_StartedAgainOnItsFolder_HasWhatWasStored()
    {
        var folder = Directory.CreateTempSubdirectory("azurite-").FullName;
        try
        {
            string address;
            await using (var first = await AzuriteServer.StartAsync(folder))
            {
                var storage = TestStorage.Open(first.Connection, "restart");
                await storage.CreateAsync(default);
                address = await new BlobContentStore(storage).PutAsync("kept"u8.ToArray(), default);
                await storage.Outbox.TryAddAsync(StorageLayout.NewEntity("p", "r"), default);
            }

            await using var second = await AzuriteServer.StartAsync(folder);
            var again = TestStorage.Open(second.Connection, "restart");
            await again.CreateAsync(default);

            Assert.Equal("kept"u8.ToArray(), (await new BlobContentStore(again).GetAsync(address, default)).ToArray());
            Assert.NotNull(await again.Outbox.FindAsync("p", "r", default));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
