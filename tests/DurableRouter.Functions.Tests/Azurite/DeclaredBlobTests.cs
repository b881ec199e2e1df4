using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace DurableRouter.Functions.Tests.Azurite;

/// <summary>The declared blob client against the emulator.</summary>
public sealed class DeclaredBlobTests : IAsyncLifetime
{
    BlobContainerClient _container = null!;

    public async Task InitializeAsync()
    {
        _container = new BlobServiceClient((await AzuriteServer.Shared).Connection).GetBlobContainerClient("c" + Guid.NewGuid().ToString("N"));
        await _container.CreateIfNotExistsAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task CreateIfNotExists_ExistingContainer_HasNoValue() => Assert.Null(await _container.CreateIfNotExistsAsync());

    [Fact]
    public async Task Upload_ThenDownload_GivesTheSameBytes()
    {
        var bytes = new byte[300_000];
        Random.Shared.NextBytes(bytes);
        var blob = _container.GetBlobClient("a/b c");

        await blob.UploadAsync(BinaryData.FromBytes(bytes), overwrite: true);

        Assert.Equal(bytes, (await blob.DownloadContentAsync(default)).Value.Content.ToArray());
    }

    [Fact]
    public async Task Upload_WithoutOverwrite_RefusesATakenName()
    {
        var blob = _container.GetBlobClient("taken");
        await blob.UploadAsync(BinaryData.FromString("1"));

        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => blob.UploadAsync(BinaryData.FromString("2")));

        Assert.Equal((409, "BlobAlreadyExists"), (refused.Status, refused.ErrorCode));
        Assert.Equal("1", (await blob.DownloadContentAsync(default)).Value.Content.ToString());
    }

    [Fact]
    public async Task Download_MissingBlob_FailsWithItsCode()
    {
        var missing = await Assert.ThrowsAsync<RequestFailedException>(() => _container.GetBlobClient("none").DownloadContentAsync(default));

        Assert.Equal((404, "BlobNotFound"), (missing.Status, missing.ErrorCode));
    }

    [Fact]
    public async Task DeleteIfExists_StaleTag_IsRefused_AndMissingBlob_IsFalse()
    {
        var blob = _container.GetBlobClient("b");
        await blob.UploadAsync(BinaryData.FromString("1"));
        var old = (await blob.GetPropertiesAsync()).Value.ETag;
        await blob.UploadAsync(BinaryData.FromString("1"), overwrite: true);

        var refused = await Assert.ThrowsAsync<RequestFailedException>(() =>
            blob.DeleteIfExistsAsync(conditions: new BlobRequestConditions { IfMatch = old }));

        Assert.Equal(412, refused.Status);
        Assert.True((await blob.DeleteIfExistsAsync()).Value);
        Assert.False((await blob.DeleteIfExistsAsync()).Value);
    }
}
