using Azure.Data.Tables;
using DurableRouter.Core.Values;
using DurableRouter.Http.Pipelines;

namespace DurableRouter.Functions.Storage;

/// <summary>What has to be there before the app takes requests: tables, the container, and the definitions of its pipelines.</summary>
/// <remarks>Instances come and go with the load, and nearly every one of them finds all of it: a row says so, and costs each start one request in place of
/// a dozen and three more for each pipeline. The row's key is made of what it speaks of, so an app with other pipelines prepares again. Who deletes a
/// table by hand deletes <c>RunClaims</c> row <c>prepared</c> with it.</remarks>
sealed class Preparation(StorageLayout storage, IContentStore content)
{
    const string Partition = "prepared";

    public async Task EnsureAsync(IReadOnlyCollection<PublishedPipeline> pipelines, CancellationToken cancellationToken)
    {
        var key = StorageKeys.Sha256(string.Join('\n', pipelines.Select(p => p.Sha256).Order(StringComparer.Ordinal).Prepend(StorageLayout.Names)));
        if (await storage.RunClaims.FindAsync(Partition, key, cancellationToken) is not null)
        {
            foreach (var pipeline in pipelines)
            {
                pipeline.IsKnownToBeStored();
            }

            return;
        }

        await storage.CreateAsync(cancellationToken);
        foreach (var pipeline in pipelines)
        {
            await pipeline.EnsureStoredAsync(content, cancellationToken);
        }

        await storage.RunClaims.UpsertEntityAsync(StorageLayout.NewEntity(Partition, key), TableUpdateMode.Replace, cancellationToken);
    }
}
