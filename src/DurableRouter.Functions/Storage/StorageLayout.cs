using Azure.Data.Tables;
using Azure.Storage.Blobs;

namespace DurableRouter.Functions.Storage;

/// <summary>The tables and the container of one installation. Their keys and why they are so: docs/azure-storage.md.</summary>
/// <param name="prefix">Begins every name, so that installations can share an account: letters and digits, a letter first, at most 40.</param>
public sealed class StorageLayout(TableServiceClient tables, BlobServiceClient blobs, string prefix = StorageLayout.DefaultPrefix)
{
    public const string DefaultPrefix = "durablerouter";

    /// <summary>Stands in every entity as <c>V</c>: what shape it has.</summary>
    public const int SchemaVersion = 1;

    public const string VersionName = "V";

    internal TableClient RunClaims { get; } = tables.GetTableClient(prefix + "RunClaims");

    internal TableClient Runs { get; } = tables.GetTableClient(prefix + "Runs");

    internal TableClient RunHistory { get; } = tables.GetTableClient(prefix + "RunHistory");

    internal TableClient Ledger { get; } = tables.GetTableClient(prefix + "Ledger");

    internal TableClient LedgerDays { get; } = tables.GetTableClient(prefix + "LedgerDays");

    internal TableClient DayBudgets { get; } = tables.GetTableClient(prefix + "DayBudgets");

    internal TableClient Approvals { get; } = tables.GetTableClient(prefix + "Approvals");

    internal TableClient Outbox { get; } = tables.GetTableClient(prefix + "Outbox");

    internal TableClient ContentOwners { get; } = tables.GetTableClient(prefix + "ContentOwners");

    internal BlobContainerClient Content { get; } = blobs.GetBlobContainerClient(prefix + "-content");

    /// <summary>All names behind the prefix: what <see cref="CreateAsync"/> makes.</summary>
    internal const string Names = "RunClaims Runs RunHistory Ledger LedgerDays DayBudgets Approvals Outbox ContentOwners -content";

    /// <summary>Creates what isn't there.</summary>
    public Task CreateAsync(CancellationToken cancellationToken) => Task.WhenAll(
    [
        .. new[] { RunClaims, Runs, RunHistory, Ledger, LedgerDays, DayBudgets, Approvals, Outbox, ContentOwners }
            .Select(table => (Task)table.CreateIfNotExistsAsync(cancellationToken)),
        Content.CreateIfNotExistsAsync(cancellationToken: cancellationToken),
    ]);

    internal static TableEntity NewEntity(string partitionKey, string rowKey) => new(partitionKey, rowKey) { [VersionName] = SchemaVersion };
}
