using Azure.Data.Tables;
using DurableRouter.Core.Ledger;
using DurableRouter.Functions.Storage;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Storage;

public sealed class TableLedgerTests : LedgerContract
{
    StorageLayout _storage = null!;

    [Fact]
    public async Task Add_SameRowAgain_AddsNothing()
    {
        var ledger = await EmptyAsync();
        var row = Row("run-1", "reason", 1, 0) with { CostUsd = 0.1234567890123456m };

        var first = await ledger.AddAsync(row, default);
        var again = await ledger.AddAsync(row with { Checks = [] }, default);

        Assert.Same(row, first);
        Assert.Equal(row.CostUsd, again.CostUsd);
        Assert.Single(await ledger.AttemptsAsync("run-1", default));
        Assert.Equal(0.123456789012m, Assert.Single(await ledger.CostAsync(null, null, CostGrouping.Model, default)).CostUsd);
    }

    [Fact]
    public async Task Add_OtherRowUnderTheKey_GivesTheOneThatStands()
    {
        var ledger = await EmptyAsync();
        var unknown = Row("run-1", "reason", 1, 0) with { Outcome = AttemptOutcome.OutcomeUnknown, CostUsd = 1 };
        await ledger.AddAsync(unknown, default);

        var stands = await ledger.AddAsync(Row("run-1", "reason", 1, 0), default);

        Assert.Equal((AttemptOutcome.OutcomeUnknown, 1m), (stands.Outcome, stands.CostUsd));
        Assert.Equal(1, Assert.Single(await ledger.CostAsync(null, null, CostGrouping.Model, default)).CostUsd);
    }

    [Fact]
    public async Task Find_DeathBetweenRowAndCopy_WritesTheCopy()
    {
        var ledger = await EmptyAsync();
        var row = await ledger.AddAsync(Row("run-1", "reason", 1, 0), default);
        await foreach (var copy in _storage.LedgerDays.QueryAsync<TableEntity>())
        {
            await _storage.LedgerDays.DeleteEntityAsync(copy.PartitionKey, copy.RowKey);
        }

        Assert.Empty(await ledger.CostAsync(null, null, CostGrouping.Model, default));
        Assert.NotNull(await ledger.FindAsync("run-1", row.Key, default));
        Assert.Equal(row.CostUsd, Assert.Single(await ledger.CostAsync(null, null, CostGrouping.Model, default)).CostUsd);
    }

    protected override async Task<ILedger> OpenAsync(IReadOnlyList<AttemptRow> rows)
    {
        var ledger = await EmptyAsync();
        foreach (var row in rows)
        {
            await ledger.AddAsync(row, default);
        }

        return ledger;
    }

    async Task<TableLedger> EmptyAsync()
    {
        _storage = await TestStorage.CreateAsync();
        return new TableLedger(_storage, new BlobContentStore(_storage));
    }
}
