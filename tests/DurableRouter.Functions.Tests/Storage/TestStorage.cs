using Azure.Data.Tables;
using Azure.Storage.Blobs;
using DurableRouter.Functions.Storage;
using DurableRouter.Functions.Tests.Azurite;

namespace DurableRouter.Functions.Tests.Storage;

/// <summary>Tables and a container of one test, in the emulator that all share.</summary>
static class TestStorage
{
    public static async Task<StorageLayout> CreateAsync()
    {
        var layout = Open((await AzuriteServer.Shared).Connection, "t" + Guid.NewGuid().ToString("N")[..12]);
        await layout.CreateAsync(CancellationToken.None);
        return layout;
    }

    /// <summary>The same again gives another instance's view.</summary>
    public static StorageLayout Open(string connection, string prefix) =>
        new(new TableServiceClient(connection), new BlobServiceClient(connection), prefix);
}
