using DurableRouter.Core.Configuration;
using DurableRouter.Core.Definitions;
using DurableRouter.Local.Demo;
using DurableRouter.Local.Sessions;

namespace DurableRouter.Tests.Local;

public sealed class DemoTests
{
    static readonly ModelCatalog Catalog = ConfigLoader.Load(Path.Combine(AppContext.BaseDirectory, "config")).GetOrThrow().Catalog;

    [Fact]
    public async Task Demo_AsAProcess_ProvesEveryClaim()
    {
        using var cli = new Cli();

        var result = await cli.RunAsync("demo");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("10 of 10 runs completed, across a kill", result.Out, StringComparison.Ordinal);
        Assert.Contains("committed calls 0 were repeated", result.Out, StringComparison.Ordinal);
        Assert.Contains("Simulated models, fictional prices", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("FAIL", result.Out, StringComparison.Ordinal);
        Assert.Contains("SIGKILL", result.Error, StringComparison.Ordinal);
        Assert.Contains("fallback", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Out + result.Error);
    }

    [Fact]
    public void Claims_HonestAccounts_Hold() => Assert.All(Claims(Log("a/x/0/1", "a/y/0/1"), [Row("a/x/0/1"), Row("a/y/0/1", "outcome_unknown"), Row("a/y/0/2")]),
        claim => Assert.True(claim.Holds, claim.Text));

    [Fact]
    public void Claims_CommittedCallMadeAgain_Fail()
    {
        var log = Log("a/x/0/1", "a/y/0/1");
        log.AddRange([new(LoggedKind.Begin, "a/x/0/1"), new(LoggedKind.End, "a/x/0/1")]);

        var claims = Claims(log, [Row("a/x/0/1"), Row("a/y/0/1", "outcome_unknown"), Row("a/y/0/2")]);

        Assert.Contains(claims, c => !c.Holds && c.Text.Contains("1 were repeated", StringComparison.Ordinal));
    }

    [Fact]
    public void Claims_CommittedAnswerAskedForUnderANewNumber_Fail()
    {
        var log = Log("a/x/0/1", "a/y/0/1");
        log.AddRange([new(LoggedKind.Begin, "a/x/0/2"), new(LoggedKind.End, "a/x/0/2")]);

        var claims = Claims(log, [Row("a/x/0/1"), Row("a/x/0/2"), Row("a/y/0/1", "outcome_unknown"), Row("a/y/0/2")]);

        Assert.Contains(claims, c => !c.Holds && c.Text.Contains("1 were repeated", StringComparison.Ordinal));
    }

    [Fact]
    public void Claims_CallMissingInTheLedger_Fail()
    {
        var claims = Claims(Log("a/x/0/1", "a/y/0/1"), [Row("a/x/0/1"), Row("a/y/0/1", "outcome_unknown")]);

        Assert.Contains(claims, c => !c.Holds && c.Text.Contains("stand in the ledger", StringComparison.Ordinal));
    }

    [Fact]
    public void Claims_WrongPrice_Fail()
    {
        var claims = Claims(Log("a/x/0/1", "a/y/0/1"), [Row("a/x/0/1") with { CostUsd = 1 }, Row("a/y/0/1", "outcome_unknown"), Row("a/y/0/2")]);

        Assert.Contains(claims, c => !c.Holds && c.Text.Contains("billed calls", StringComparison.Ordinal));
    }

    /// <summary>One call was committed, one was in flight at the kill, and the latter was asked for again.</summary>
    static List<LoggedCall> Log(string committed, string cut) =>
    [
        new(LoggedKind.Begin, committed), new(LoggedKind.Begin, cut), new(LoggedKind.End, committed), new(LoggedKind.Cut, cut), new(LoggedKind.Kill, ""),
        new(LoggedKind.Begin, "a/y/0/2"), new(LoggedKind.End, "a/y/0/2"),
    ];

    static List<DemoClaim> Claims(IReadOnlyList<LoggedCall> log, IReadOnlyList<AttemptInfo> rows)
    {
        var ledger = new LedgerInfo("a", rows, rows.Sum(r => r.CostUsd), null, FallbackUsed: true);
        return [.. new DemoClaims(log, [ledger], [ledger], Catalog).All()];
    }

    static AttemptInfo Row(string key, string outcome = "ok")
    {
        var unknown = outcome != "ok";
        var step = key.Split('/')[1];
        return new AttemptInfo(key, step, "extract", 0, key[^1] - '0', "fast", "sim-swift-1", "sim-north", outcome, unknown ? outcome : null, null,
            unknown ? 0 : 1000, 0, unknown ? 0 : 100, 0, unknown ? "upper_bound" : "provider", unknown ? 0.01m : (1000 * 0.10m + 100 * 0.40m) / 1_000_000m,
            DateTimeOffset.UnixEpoch, 1, false, true, "tier fast", [new CheckInfo("schema", step == "x", null)]);
    }
}
