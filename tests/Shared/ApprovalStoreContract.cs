using System.Text.Json;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;

namespace DurableRouter.Tests.Shared;

/// <summary>What every store of approvals must hold to; each host's store inherits these facts.</summary>
public abstract class ApprovalStoreContract
{
    protected static readonly DateTimeOffset At = new(2026, 1, 31, 23, 50, 0, TimeSpan.Zero);

    /// <summary>An empty store.</summary>
    protected abstract Task<IApprovalStore> OpenAsync();

    [Fact]
    public async Task Request_SameIdAgain_FindsTheFirstRecord()
    {
        var store = await OpenAsync();
        var first = await store.RequestAsync(Record(1), default);

        var again = await store.RequestAsync(Record(1) with { Group = "others" }, default);

        Assert.Equal(("reviewers", "reviewers"), (first.Group, again.Group));
        Assert.Single(await store.ListAsync(null, null, 10, default));
    }

    [Fact]
    public async Task Get_StoredRecord_IsWhole_AndUnknownOneIsNull()
    {
        var store = await OpenAsync();
        var payload = JsonSerializer.SerializeToElement(new string('é', 40 * 1024));
        var record = Record(1) with
        {
            Facts = new ApprovalFacts("publish", ["high risk"], payload, "m", true, 0.000000000001m, 2m),
            Basis = new ApprovalBasis("definition", [], []),
            Approvals = 2,
            Escalations = [new ApprovalEscalation("managers", At.AddHours(1))],
        };
        await store.RequestAsync(record, default);

        var read = (await store.GetAsync(record.Id, default))!;

        Assert.Equal(JsonSerializer.Serialize(record, CoreJson.Default.ApprovalRecord), JsonSerializer.Serialize(read, CoreJson.Default.ApprovalRecord));
        Assert.Null(await store.GetAsync("apr-none", default));
    }

    [Fact]
    public async Task List_ByStatusAndRun_OldestFirst_UpToTop()
    {
        var store = await OpenAsync();
        for (var i = 0; i < 6; i++)
        {
            await store.RequestAsync(Record(i), default);
        }

        await store.MoveAsync(Id(1), r => r with { Status = ApprovalStatus.Expired }, default);
        await store.DecideAsync(Id(2), r => Approve(r, "anna"), default);

        Assert.Equal([0, 3, 4, 5], await ListAsync(store, ApprovalStatus.Pending, null));
        Assert.Equal([2], await ListAsync(store, ApprovalStatus.Approved, null));
        Assert.Equal([0, 1, 2, 3, 4, 5], await ListAsync(store, null, null));
        Assert.Equal([1, 3, 5], await ListAsync(store, null, "run-1"));
        Assert.Equal([3, 5], await ListAsync(store, ApprovalStatus.Pending, "run-1"));
        Assert.Equal([0, 3], (await store.ListAsync(ApprovalStatus.Pending, null, 2, default)).Select(Number));
    }

    [Fact]
    public async Task Decide_AHundredAtOnce_OneVoteEndsIt()
    {
        var store = await OpenAsync();
        await store.RequestAsync(Record(1), default);

        var stands = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => store.DecideAsync(Id(1), r => Approve(r, $"person-{i}"), default)));

        var winner = (await store.GetAsync(Id(1), default))!.Decision!.Subject;
        Assert.All(stands, r => Assert.Equal((ApprovalStatus.Approved, winner), (r.Status, r.Decision!.Subject)));
    }

    [Fact]
    public async Task Decide_ManyVotesAtOnce_LosesNone()
    {
        var store = await OpenAsync();
        await store.RequestAsync(Record(1) with { Approvals = 100 }, default);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => store.DecideAsync(Id(1), r => r with { Votes = [.. r.Votes, Vote($"person-{i}")] }, default)));

        var votes = (await store.GetAsync(Id(1), default))!.Votes;
        Assert.Equal(20, votes.Select(v => v.Subject).Distinct().Count());
    }

    [Fact]
    public async Task DecideAndMove_AtOnce_OneOfThemStands()
    {
        var store = await OpenAsync();
        await store.RequestAsync(Record(1), default);

        var both = await Task.WhenAll(store.DecideAsync(Id(1), r => Approve(r, "anna"), default),
            store.MoveAsync(Id(1), r => r.Status == ApprovalStatus.Pending ? r with { Status = ApprovalStatus.Expired } : r, default));

        Assert.Single(both.Append((await store.GetAsync(Id(1), default))!).Select(r => r.Status).Distinct());
    }

    [Fact]
    public async Task Change_SameInstance_WritesNothing_AndUnknownIdIsRefused()
    {
        var store = await OpenAsync();
        await store.RequestAsync(Record(1), default);

        Assert.Equal(ApprovalStatus.Pending, (await store.DecideAsync(Id(1), r => r, default)).Status);
        var unknown = await Assert.ThrowsAsync<DurableRouterException>(() => store.DecideAsync("apr-none", r => r, default));
        Assert.Equal(ErrorCodes.ApprovalNotFound, unknown.Code);
    }

    [Fact]
    public async Task SealingKey_IsDrawnOnce()
    {
        var store = await OpenAsync();

        var keys = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => store.SealingKeyAsync(default)));

        Assert.Equal(32, keys[0].Length);
        Assert.Single(keys.Select(k => Convert.ToHexString(k.Span)).Distinct());
    }

    [Fact]
    public async Task Messages_AreKnownForADayAtLeast()
    {
        var store = await OpenAsync();
        await store.RememberMessageAsync("msg/1#?", At, default);
        await store.RememberMessageAsync("msg-2", At.AddHours(25), default);
        await store.RememberMessageAsync("msg/1#?", At.AddHours(25), default);

        Assert.True(await store.KnowsMessageAsync("msg/1#?", default));
        Assert.True(await store.KnowsMessageAsync("msg-2", default));
        Assert.False(await store.KnowsMessageAsync("msg-3", default));
    }

    protected static string Id(int i) => $"apr-{i:d32}";

    protected static ApprovalRecord Record(int i) => new(Id(i), $"run-{i % 2}", "document", "publish", 0, ApprovalKind.Output, "reviewers", "ci", "digest",
        new ApprovalFacts("publish", ["risk"], null, "m", false, 1.5m, null), At.AddMinutes(i * 5), At.AddDays(1), "deny", ApprovalStatus.Pending, null);

    protected static ApprovalRecord Approve(ApprovalRecord record, string subject) => record.Status != ApprovalStatus.Pending ? record
        : record with { Status = ApprovalStatus.Approved, Decision = Vote(subject), Votes = [.. record.Votes, Vote(subject)] };

    static ApprovalDecision Vote(string subject) => new(ApprovalStatus.Approved, subject, "fine", null, At, "receipt-" + subject);

    static async Task<IEnumerable<int>> ListAsync(IApprovalStore store, ApprovalStatus? status, string? runId) =>
        (await store.ListAsync(status, runId, 100, default)).Select(Number);

    static int Number(ApprovalRecord record) => int.Parse(record.Id[4..], System.Globalization.CultureInfo.InvariantCulture);
}
