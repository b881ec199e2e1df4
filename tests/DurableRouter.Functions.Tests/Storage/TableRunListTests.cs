using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Tests.Storage;

/// <summary>Lists over more runs than the service gives in one page.</summary>
public sealed class TableRunListTests(TableRunListTests.ManyRuns runs) : IClassFixture<TableRunListTests.ManyRuns>
{
    const int Count = 1100;
    static readonly DateTimeOffset Start = new(2026, 2, 27, 6, 0, 0, TimeSpan.Zero);
    static readonly RunQuery Everything = new([], null, null, null, null, 1000, null);

    [Fact]
    public async Task List_PageByPage_GivesEachRunOnce_NewestFirst()
    {
        var seen = new List<string>();
        var pages = 0;
        for (string? token = null; ;)
        {
            var page = await runs.Index.ListAsync(Everything with { Top = 250, ContinuationToken = token }, default);
            seen.AddRange(page.Entries.Select(e => e.RunId));
            pages++;
            if ((token = page.ContinuationToken) is null)
            {
                break;
            }

            Assert.Equal(250, page.Entries.Count);
            Assert.Matches("^[A-Za-z0-9_-]+$", token);
        }

        Assert.Equal(Enumerable.Range(0, Count).Reverse().Select(Id), seen);
        Assert.InRange(pages, 5, 6);
    }

    [Fact]
    public async Task List_FewMatches_AreCollectedOverManyPages()
    {
        var page = await runs.Index.ListAsync(Everything with { Tag = "batch:7", Top = 10 }, default);

        Assert.Equal(Enumerable.Range(0, Count).Reverse().Where(i => i % 100 == 7).Take(10).Select(Id), page.Entries.Select(e => e.RunId));
    }

    [Theory]
    [InlineData("batch", 11)]
    [InlineData("batch:7", 11)]
    [InlineData("batch:8", 0)]
    [InlineData("other", 0)]
    public async Task List_ByTag_TakesNameOrValue(string tag, int expected) => Assert.Equal(expected, await CountAsync(Everything with { Tag = tag }));

    [Fact]
    public async Task List_ByPipeline_TakesThatOne() => Assert.Equal(Count / 2, await CountAsync(Everything with { Pipeline = "odd" }));

    [Fact]
    public async Task List_ByStatus_TakesItAndLiveOnes()
    {
        Assert.Equal((Count / 5) + (Count / 5 * 3), await CountAsync(Everything with { Statuses = [RuntimeStatus.Failed] }));
        Assert.Equal(Count / 5 * 3, await CountAsync(Everything with { Statuses = [RuntimeStatus.Running] }));
    }

    [Fact]
    public async Task List_ByTime_IncludesBothEnds_AcrossDays()
    {
        var query = Everything with { CreatedFrom = At(400), CreatedTo = At(700) };

        Assert.Equal(301, await CountAsync(query));
        Assert.Equal(1, await CountAsync(query with { CreatedTo = At(400) }));
        Assert.Equal(0, await CountAsync(Everything with { CreatedFrom = At(Count) }));
    }

    [Theory]
    [InlineData("%%%")]
    [InlineData("bm90LW91cnM")]
    public async Task List_ForeignToken_IsRefusedOrEndsTheList(string token)
    {
        try
        {
            await runs.Index.ListAsync(Everything with { ContinuationToken = token }, default);
        }
        catch (DurableRouterException e)
        {
            Assert.Equal(ErrorCodes.InputInvalid, e.Code);
        }
    }

    async Task<int> CountAsync(RunQuery query)
    {
        var count = 0;
        do
        {
            var page = await runs.Index.ListAsync(query, default);
            count += page.Entries.Count;
            query = query with { ContinuationToken = page.ContinuationToken };
        }
        while (query.ContinuationToken is not null);

        return count;
    }

    static string Id(int i) => $"run-{i:d4}";

    static DateTimeOffset At(int i) => Start.AddMinutes(i * 3);

    /// <summary>Over two days and a half: every second one of pipeline "odd", every hundredth tagged, a fifth each completed and failed.</summary>
    public sealed class ManyRuns : IAsyncLifetime
    {
        public IRunIndex Index { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            var storage = await TestStorage.CreateAsync();
            Index = TestRuns.Index(storage);
            await Parallel.ForEachAsync(Enumerable.Range(0, Count), new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, ct) =>
            {
                var tags = i % 100 == 7 ? new Dictionary<string, string> { ["batch"] = "7" } : [];
                var entry = new RunEntry(Id(i), "router", 1, new RunIndexEntry(i % 2 == 1 ? "odd" : "even", tags, null), At(i)) { ClaimedAt = At(i) };
                var claim = await Index.ClaimAsync(entry, null, ct);
                if (i % 5 < 2)
                {
                    var status = i % 5 == 0 ? RuntimeStatus.Completed : RuntimeStatus.Failed;
                    await Index.UpdateAsync(claim.Entry with { End = new RunEnding(status, At(i), null, null) }, ct);
                }
            });
        }

        public Task DisposeAsync() => Task.CompletedTask;
    }
}
