using Azure;
using Azure.Data.Tables;

namespace DurableRouter.Functions.Tests.Azurite;

/// <summary>The declared table client against the emulator: what the official one does, this one does.</summary>
public sealed class DeclaredTableTests : IAsyncLifetime
{
    TableClient _table = null!;

    public async Task InitializeAsync()
    {
        _table = new TableServiceClient((await AzuriteServer.Shared).Connection).GetTableClient("t" + Guid.NewGuid().ToString("N"));
        await _table.CreateIfNotExistsAsync();
    }

    public Task DisposeAsync() => _table.DeleteAsync();

    [Fact]
    public async Task Entity_EveryDeclaredType_ReadsBack()
    {
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);
        await _table.AddEntityAsync(new TableEntity("p", "r'1 é%")
        {
            ["Text"] = "ä\n\"x\"",
            ["Units"] = long.MaxValue,
            ["Number"] = -7,
            ["Flag"] = true,
            ["At"] = time,
            ["Nothing"] = null,
        });

        var read = (await _table.GetEntityIfExistsAsync<TableEntity>("p", "r'1 é%")).Value!;

        Assert.Equal("ä\n\"x\"", read.GetString("Text"));
        Assert.Equal(long.MaxValue, read.GetInt64("Units"));
        Assert.Equal(-7, read.GetInt32("Number"));
        Assert.True(read.GetBoolean("Flag"));
        Assert.Equal(time, read.GetDateTimeOffset("At"));
        Assert.Null(read["Nothing"]);
        Assert.NotNull(read.Timestamp);
        Assert.NotEqual(default, read.ETag);
    }

    [Fact]
    public async Task CreateIfNotExists_ExistingTable_IsNoError() => await _table.CreateIfNotExistsAsync();

    [Fact]
    public async Task AddEntity_TakenKey_FailsWithConflict()
    {
        await _table.AddEntityAsync(new TableEntity("p", "r"));

        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => _table.AddEntityAsync(new TableEntity("p", "r")));

        Assert.Equal((409, "EntityAlreadyExists"), (refused.Status, refused.ErrorCode));
    }

    [Fact]
    public async Task UpdateEntity_StaleTag_FailsAndKeepsTheFirst()
    {
        await _table.AddEntityAsync(new TableEntity("p", "r") { ["A"] = 1, ["B"] = 1 });
        var read = (await _table.GetEntityIfExistsAsync<TableEntity>("p", "r")).Value!;
        await _table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 2 }, read.ETag, TableUpdateMode.Merge);

        var refused = await Assert.ThrowsAsync<RequestFailedException>(() =>
            _table.UpdateEntityAsync(new TableEntity("p", "r") { ["A"] = 3 }, read.ETag, TableUpdateMode.Replace));

        var now = (await _table.GetEntityIfExistsAsync<TableEntity>("p", "r")).Value!;
        Assert.Equal((412, "UpdateConditionNotSatisfied"), (refused.Status, refused.ErrorCode));
        Assert.Equal((2, 1), (now.GetInt32("A"), now.GetInt32("B")));
    }

    [Fact]
    public async Task UpsertEntity_Replace_DropsOtherProperties()
    {
        await _table.UpsertEntityAsync(new TableEntity("p", "r") { ["A"] = 1, ["B"] = 1 }, TableUpdateMode.Replace);
        await _table.UpsertEntityAsync(new TableEntity("p", "r") { ["A"] = 2 }, TableUpdateMode.Replace);

        var now = (await _table.GetEntityIfExistsAsync<TableEntity>("p", "r")).Value!;

        Assert.Equal((2, null), (now.GetInt32("A"), now.GetInt32("B")));
    }

    [Fact]
    public async Task GetEntity_MissingEntity_HasNoValue_AndMissingTable_Fails()
    {
        Assert.False((await _table.GetEntityIfExistsAsync<TableEntity>("p", "none")).HasValue);
        await _table.DeleteEntityAsync("p", "none");

        var gone = new TableServiceClient((await AzuriteServer.Shared).Connection).GetTableClient("missing");
        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => gone.GetEntityIfExistsAsync<TableEntity>("p", "r"));

        Assert.Equal("TableNotFound", failure.ErrorCode);
    }

    [Fact]
    public async Task Query_FilterSelectAndPages_GoOnWhereTheTokenSays()
    {
        await _table.SubmitTransactionAsync(Enumerable.Range(0, 25).Select(i =>
            new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", $"r{i:d3}") { ["Units"] = (long)i, ["Other"] = i })));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {"p"} and Units ge {5L}");
        var seen = new List<long>();
        string? token = null;
        do
        {
            var page = await _table.QueryAsync<TableEntity>(filter, maxPerPage: 8, select: ["Units"]).AsPages(token).FirstAsync();
            Assert.All(page.Values, e => Assert.Null(e["Other"]));
            Assert.InRange(page.Values.Count, 0, 8);
            seen.AddRange(page.Values.Select(e => e.GetInt64("Units")!.Value));
            token = page.ContinuationToken;
        }
        while (token is not null);

        Assert.Equal(Enumerable.Range(5, 20).Select(i => (long)i), seen);
    }

    [Fact]
    public async Task SubmitTransaction_OneRefusedAction_ChangesNothingAndNamesIt()
    {
        await _table.AddEntityAsync(new TableEntity("p", "taken"));

        var refused = await Assert.ThrowsAsync<TableTransactionFailedException>(() => _table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.Add, new TableEntity("p", "new")),
            new(TableTransactionActionType.Add, new TableEntity("p", "taken")),
        ]));

        Assert.Equal((409, "EntityAlreadyExists", 1), (refused.Status, refused.ErrorCode, refused.FailedTransactionActionIndex));
        Assert.False((await _table.GetEntityIfExistsAsync<TableEntity>("p", "new")).HasValue);
    }

    [Fact]
    public async Task SubmitTransaction_EveryKindOfAction_IsDone()
    {
        await _table.SubmitTransactionAsync([.. new[] { "a", "b", "c" }.Select(key =>
            new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", key) { ["A"] = 1, ["B"] = 1 }))]);

        await _table.SubmitTransactionAsync(
        [
            new(TableTransactionActionType.UpdateMerge, new TableEntity("p", "a") { ["A"] = 2 }),
            new(TableTransactionActionType.UpdateReplace, new TableEntity("p", "b") { ["A"] = 2 }),
            new(TableTransactionActionType.Delete, new TableEntity("p", "c")),
            new(TableTransactionActionType.UpsertReplace, new TableEntity("p", "d") { ["A"] = 2 }),
        ]);

        var all = new List<(string, int?, int?)>();
        await foreach (var entity in _table.QueryAsync<TableEntity>())
        {
            all.Add((entity.RowKey, entity.GetInt32("A"), entity.GetInt32("B")));
        }

        Assert.Equal([("a", 2, 1), ("b", 2, null), ("d", 2, null)], all);
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a#b")]
    [InlineData("a?b")]
    public async Task AddEntity_ForbiddenKeyCharacter_IsRefused(string key)
    {
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => _table.AddEntityAsync(new TableEntity("p", key)));

        Assert.Equal(400, refused.Status);
    }

    [Fact]
    public async Task AddEntity_TextOver32KiCharacters_IsRefused()
    {
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() =>
            _table.AddEntityAsync(new TableEntity("p", "r") { ["Text"] = new string('x', 32 * 1024 + 1) }));

        Assert.Equal("PropertyValueTooLarge", refused.ErrorCode);
    }
}
