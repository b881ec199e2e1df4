using System.Text.Json;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;

namespace DurableRouter.Tests.Shared;

/// <summary>What every ledger must answer; each host's ledger inherits these facts.</summary>
public abstract class LedgerContract
{
    protected static readonly DateTimeOffset Day = new(2026, 1, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A ledger with these rows, committed in this order.</summary>
    protected abstract Task<ILedger> OpenAsync(IReadOnlyList<AttemptRow> rows);

    [Fact]
    public async Task Attempts_OfARun_ComeWhole_InOrderOfTheirCommit()
    {
        AttemptRow[] rows =
        [
            Row("run-1", "reason", 1, 10) with { Outcome = AttemptOutcome.Failed, FailureCode = "rate_limited", FailureMessage = "\u00e9", FirstByteMs = 5 },
            Row("run-1", "classify", 1, 11) with { Approval = "apr-1", DegradedReason = "fell back", ModelEcho = "echo", UsageSuspect = true },
            Row("run-1", "reason", 2, 12) with { Checks = [new CheckResult("schema", true), new CheckResult("source", false, new string('d', 40 * 1024))] },
            Row("run-1", "reason", 10, 13) with { PromptSha256 = new string('a', 64), OutputSha256 = new string('b', 64), Simulated = true },
        ];
        var ledger = await OpenAsync([.. rows, Row("run-2", "reason", 1, 9)]);

        var read = await ledger.AttemptsAsync("run-1", default);

        Assert.Equal(rows.Select(Json), read.Select(Json));
        Assert.Empty(await ledger.AttemptsAsync("run-none", default));
        Assert.Null(await ledger.RunAsync("run-none", default));
    }

    [Fact]
    public async Task Cost_ByEveryGrouping_SumsExactly()
    {
        var rows = Enumerable.Range(0, 120).Select(i => Row($"run-{i % 3}", i % 2 == 0 ? "classify" : "reason", i, i * 30) with
        {
            Tier = i % 4 == 0 ? "fast" : "powerful",
            Model = $"model-{i % 5}",
            CostUsd = 0.000000000001m * (i + 1),
            Outcome = i % 10 == 0 ? AttemptOutcome.Failed : AttemptOutcome.Ok,
            Simulated = i % 6 == 0,
        }).ToList();
        var ledger = await OpenAsync(rows);

        foreach (var (grouping, key) in new (CostGrouping, Func<AttemptRow, string>)[]
        {
            (CostGrouping.Day, r => r.StartedAt.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)),
            (CostGrouping.Model, r => r.Model),
            (CostGrouping.Pipeline, r => r.Pipeline),
            (CostGrouping.Step, r => $"{r.Pipeline}/{r.Step}"),
            (CostGrouping.Tier, r => r.Tier),
        })
        {
            Assert.Equal(Expected(rows, key), await ledger.CostAsync(null, null, grouping, default));
        }
    }

    [Fact]
    public async Task Cost_OfATime_TakesItsStartAndNotItsEnd()
    {
        var rows = Enumerable.Range(0, 100).Select(i => Row("run-1", "reason", i, i * 60)).ToList();
        var ledger = await OpenAsync(rows);

        var some = Assert.Single(await ledger.CostAsync(Day.AddHours(20), Day.AddHours(50), CostGrouping.Pipeline, default));
        var after = await ledger.CostAsync(Day.AddDays(30), null, CostGrouping.Pipeline, default);
        var before = Assert.Single(await ledger.CostAsync(null, Day.AddHours(1), CostGrouping.Pipeline, default));

        Assert.Equal((30L, 30 * 0.25m), (some.Attempts, some.CostUsd));
        Assert.Equal(1, before.Attempts);
        Assert.Empty(after);
    }

    [Fact]
    public async Task Cost_OfADayAccount_IsThePipelinesOrTheFamilys()
    {
        var ledger = await OpenAsync(
        [
            Row("run-1", "reason", 1, 0),
            Row("run-1", "reason", 2, (24 * 60) - 1) with { Pipeline = "other" },
            Row("run-1", "reason", 3, 24 * 60),
        ]);
        var day = DateOnly.FromDateTime(Day.UtcDateTime);

        Assert.Equal(0.25m, await ledger.CostAsync(new DayAccount(DayAccountKind.Pipeline, "document", day), default));
        Assert.Equal(0.5m, await ledger.CostAsync(new DayAccount(DayAccountKind.Family, "papers", day), default));
        Assert.Equal(0.25m, await ledger.CostAsync(new DayAccount(DayAccountKind.Family, "papers", day.AddDays(1)), default));
        Assert.Equal(0, await ledger.CostAsync(new DayAccount(DayAccountKind.Pipeline, "document", day.AddDays(2)), default));
    }

    [Fact]
    public async Task Routing_CountsEveryDecisionOnce_UnderItsFirstRule()
    {
        AttemptRow[] rows =
        [
            Row("run-1", "reason", 1, 0),
            Row("run-2", "reason", 1, 1) with { Outcome = AttemptOutcome.Failed },
            Row("run-2", "reason", 2, 2) with { Candidate = 1, Rule = "fallback", DegradedReason = "first was down" },
            Row("run-3", "reason", 1, 3) with { Outcome = AttemptOutcome.Failed },
            Row("run-3", "reason", 2, 4) with { Candidate = 2, Rule = AttemptRow.LastLinkHuman, Model = "human:ada" },
            Row("run-4", "reason", 1, 5) with { Outcome = AttemptOutcome.Failed, DegradedReason = "not answered" },
            Row("run-4", "reason", 2, 6) with { Outcome = AttemptOutcome.OutcomeUnknown, Candidate = 1 },
            Row("run-5", "reason", 1, 7), // an answer that a judge refused
            Row("run-5", "reason", 2, 8) with { Candidate = 1, Misroute = "fast was not good enough" },
            Row("run-5", "classify", 1, 9) with { Rule = "task table" },
            Row("run-5", "file", 1, 10) with { Role = AttemptRow.ToolRole, Tier = "tool", Rule = "tool tickets.create, scope write" }, // nothing was routed
            Row("run-6", "reason", 1, 60 * 24 * 3),
        ];
        var ledger = await OpenAsync(rows);

        Assert.Equal(
            [
                new RoutingGroup("document", "classify", "task table", 1, 1, 0, 0, 0, 0, 0, 1, 0.25m),
                new RoutingGroup("document", "reason", "default", 5, 1, 2, 1, 1, 1, 1, 9, 2.25m),
            ],
            await ledger.RoutingAsync(null, Day.AddDays(1), default));
        Assert.Equal(
            [new RoutingGroup("document", "reason", "default", 1, 1, 0, 0, 0, 0, 0, 1, 0.25m)],
            await ledger.RoutingAsync(Day.AddDays(1), null, default));
    }

    [Fact]
    public async Task Correction_IsSummed_AndCountedNowhere()
    {
        var unknown = Row("run-1", "reason", 1, (24 * 60) - 1) with { Outcome = AttemptOutcome.OutcomeUnknown, Usage = TokenUsage.None, CostUsd = 1 };
        var late = Row("run-1", "reason", 1, 24 * 60) with { Candidate = 1, Misroute = "small was not good enough", Simulated = true, CostUsd = 0.000000000001m };
        var correction = late.CorrectionOf(unknown);
        var ledger = await OpenAsync([unknown, correction]);

        var read = (await ledger.AttemptsAsync("run-1", default))[1];

        Assert.Equal(Json(correction), Json(read));
        Assert.Equal((AttemptOutcome.Correction, unknown.Key, -0.999999999999m), (read.Outcome, read.Corrects, read.CostUsd));
        foreach (var grouping in Enum.GetValues<CostGrouping>())
        {
            var sum = Assert.Single(await ledger.CostAsync(null, null, grouping, default));
            Assert.Equal((1L, 1L, 1L, 0L, 100L, 0.000000000001m), (sum.Runs, sum.Attempts, sum.Failed, sum.Simulated, sum.InputTokens, sum.CostUsd));
        }

        var routing = Assert.Single(await ledger.RoutingAsync(null, null, default));
        Assert.Equal((1L, 1L, 1L, 0L, 0.000000000001m), (routing.Decisions, routing.Unanswered, routing.Attempts, routing.Misroutes, routing.CostUsd));
        Assert.Equal(0.000000000001m, await ledger.CostAsync(new DayAccount(DayAccountKind.Pipeline, "document", DateOnly.FromDateTime(Day.UtcDateTime)), default));
    }

    [Fact]
    public async Task LateDiscarded_OfEarlierLedgers_StaysReadable()
    {
        var row = Row("run-1", "reason", 1, 0) with { Key = "run-1/reason/0/1/late", Outcome = AttemptOutcome.LateDiscarded, CostUsd = 0 };
        var ledger = await OpenAsync([row]);

        Assert.Equal(Json(row), Json(Assert.Single(await ledger.AttemptsAsync("run-1", default))));
        Assert.Equal(1, Assert.Single(await ledger.CostAsync(null, null, CostGrouping.Model, default)).Attempts);
    }

    internal static AttemptRow Row(string run, string step, int ordinal, int minute) => new()
    {
        Key = $"{run}/{step}/0/{ordinal}",
        RunId = run,
        Step = step,
        Role = "reason",
        Pipeline = "document",
        Family = "papers",
        Ordinal = ordinal,
        Tier = "fast",
        Model = "model",
        Provider = "simulated",
        Rule = "default",
        StartedAt = Day.AddMinutes(minute),
        LatencyMs = 7,
        Usage = new TokenUsage(100, 10, 20, 5),
        UsageSource = UsageSource.Provider,
        CostUsd = 0.25m,
        PriceAsOf = new DateOnly(2026, 1, 1),
    };

    static IEnumerable<CostGroup> Expected(IEnumerable<AttemptRow> rows, Func<AttemptRow, string> key) => rows.GroupBy(key)
        .OrderBy(g => g.Key, StringComparer.Ordinal)
        .Select(g => new CostGroup(g.Key, g.Select(r => r.RunId).Distinct().Count(), g.Count(), g.Count(r => r.Outcome != AttemptOutcome.Ok),
            g.Count(r => r.Simulated), g.Sum(r => r.Usage.Input), g.Sum(r => r.Usage.CachedInput), g.Sum(r => r.Usage.Output),
            g.Sum(r => r.Usage.Reasoning), g.Sum(r => r.CostUsd)));

    /// <summary>Money without the zeros that one store keeps and another doesn't.</summary>
    static string Json(AttemptRow row) => JsonSerializer.Serialize(row with { CostUsd = row.CostUsd / 1.0000000000000000000000000000m }, CoreJson.Default.AttemptRow);
}
