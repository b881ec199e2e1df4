using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Values;

namespace DurableRouter.Functions.Storage;

/// <summary>Content-addressed values as blobs. Who needs a value stands in a table, so that a purge removes what nobody else has.</summary>
/// <remarks>
/// A value that exists is uploaded again: its owner's row comes first, then the upload, which changes the blob's tag. A purge removes its row,
/// reads the tag, looks for other owners, and deletes under that tag: whichever way the two mix, a value with an owner stays or comes back.
/// </remarks>
public sealed class BlobContentStore(StorageLayout storage) : IContentStore, IRunContent
{
    const string Kept = "kept";
    const string RunPrefix = "run-";

    public async ValueTask<ReadOnlyMemory<byte>> GetAsync(string sha256, CancellationToken cancellationToken)
    {
        try
        {
            var blob = await storage.Content.GetBlobClient(sha256).DownloadContentAsync(cancellationToken);
            var bytes = blob.Value.Content.ToMemory();
            return Address(bytes) == sha256 ? bytes : throw new DurableRouterException(ErrorCodes.StorageFailed,
                $"The value {sha256} in container {storage.Content.Name} doesn't hash to its name: somebody changed it. Restore it from a backup.");
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            throw new DurableRouterException(ErrorCodes.ContentMissing,
                $"The value {sha256} is not stored here: its run was deleted or its retention ended. The ledger keeps its hash.", e);
        }
    }

    /// <summary>Stores a value that no purge removes.</summary>
    public ValueTask<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => PutAsync(content, Kept, cancellationToken);

    public IContentStore For(string runId) => new OfRun(this, runId);

    public async Task RemoveAsync(string runId, CancellationToken cancellationToken)
    {
        var owner = RunPrefix + StorageKeys.Escape(runId);
        await foreach (var value in storage.ContentOwners.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {owner}"),
            cancellationToken: cancellationToken))
        {
            var address = value.RowKey;
            await storage.ContentOwners.DeleteEntityAsync(address, owner, cancellationToken: cancellationToken);
            await RemoveUnownedAsync(address, cancellationToken);
            await storage.ContentOwners.DeleteEntityAsync(owner, address, cancellationToken: cancellationToken);
        }
    }

    static string Address(ReadOnlyMemory<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content.Span));

    async ValueTask<string> PutAsync(ReadOnlyMemory<byte> content, string owner, CancellationToken cancellationToken)
    {
        var address = Address(content);
        if (owner != Kept)
        {
            // First, so that the run's purge finds the value whatever happens next.
            await storage.ContentOwners.UpsertEntityAsync(StorageLayout.NewEntity(owner, address), TableUpdateMode.Replace, cancellationToken);
        }

        await storage.ContentOwners.UpsertEntityAsync(StorageLayout.NewEntity(address, owner), TableUpdateMode.Replace, cancellationToken);
        await storage.Content.GetBlobClient(address).UploadAsync(BinaryData.FromBytes(content), overwrite: true, cancellationToken);
        return address;
    }

    async Task RemoveUnownedAsync(string address, CancellationToken cancellationToken)
    {
        var blob = storage.Content.GetBlobClient(address);
        try
        {
            var tag = (await blob.GetPropertiesAsync(cancellationToken: cancellationToken)).Value.ETag;
            if (!await HasOwnerAsync(address, cancellationToken))
            {
                await blob.DeleteIfExistsAsync(conditions: new BlobRequestConditions { IfMatch = tag }, cancellationToken: cancellationToken);
            }
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            // It is gone, or somebody has just put it.
        }
    }

    async Task<bool> HasOwnerAsync(string address, CancellationToken cancellationToken)
    {
        await foreach (var _ in storage.ContentOwners.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {address}"),
            maxPerPage: 1, cancellationToken: cancellationToken))
        {
            return true;
        }

        return false;
    }

    sealed class OfRun(BlobContentStore store, string runId) : IContentStore
    {
        public ValueTask<ReadOnlyMemory<byte>> GetAsync(string sha256, CancellationToken cancellationToken) => store.GetAsync(sha256, cancellationToken);

        public ValueTask<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
            store.PutAsync(content, RunPrefix + StorageKeys.Escape(runId), cancellationToken);
    }
}
