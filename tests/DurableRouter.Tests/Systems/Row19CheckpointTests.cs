using DurableRouter.Simulation.Server;

namespace DurableRouter.Tests.Systems;

/// <summary>Row 19: four checkpoints, one answer that fails each; it is asked for again or elsewhere, and the check is named wherever the attempt shows.</summary>
public sealed class Row19CheckpointTests
{
    const string AllChecks = "[schema, source: { in: input.text }, policy: { name: house, personalData: [iban, email], mustNotMatch: [guarantee] }, confidence: { of: confidence, atLeast: 0.5 }, conflict: { of: amount, with: read.amount }]";

    [Theory]
    [InlineData("schema", "\"amount\":500", "\"amount\":null", "schema_mismatch", "swift-1")]
    [InlineData("source", "shall pay 500 EUR\"", "shall pay 900 EUR\"", "check_failed", "swift-1")]
    [InlineData("policy/house", "\"fact\":\"payment\"", "\"fact\":\"to DE89 3704 0044 0532 0130 00\"", "check_failed", "swift-1")]
    [InlineData("conflict", "\"amount\":500", "\"amount\":900", "check_failed", "swift-1")]
    [InlineData("confidence", "\"confidence\":0.9", "\"confidence\":0.2", "check_failed", "steady-1")]
    public async Task AnswerThatFails_IsAskedForAgain_AndTheCheckIsNamed(string check, string old, string faulty, string code, string next)
    {
        await using var endpoint = await CheckedWork.EndpointAsync(CheckedWork.Facts.Replace(old, faulty, StringComparison.Ordinal));
        await using var host = await SystemHost.StartAsync(CheckedWork.Files(endpoint.Address, AllChecks));

        var run = await host.RunAsync("work", new { text = CheckedWork.Text });

        Assert.Equal("Completed", run.Status);
        Assert.Equal(["swift-1", next], run.Models("work"));
        var failed = run.Attempts("work")[0];
        Assert.Equal(code, failed.GetProperty("failureCode").GetString());
        Assert.StartsWith(check + ": ", failed.GetProperty("failureMessage").GetString(), StringComparison.Ordinal);
        CheckedWork.NamedEverywhere(run, "work", check);
    }

    [Fact]
    public async Task PersonalData_IsNotRepeatedByTheLedger()
    {
        await using var endpoint = await CheckedWork.EndpointAsync(CheckedWork.Facts.Replace("\"fact\":\"payment\"", "\"fact\":\"DE89 3704 0044 0532 0130 00\"", StringComparison.Ordinal));
        await using var host = await SystemHost.StartAsync(CheckedWork.Files(endpoint.Address, AllChecks));

        var run = await host.RunAsync("work", new { text = CheckedWork.Text });

        Assert.Equal("/items/0/fact: holds an IBAN, which this answer may not", CheckedWork.Check(run.Attempts("work")[0], "policy/house").Detail);
        Assert.DoesNotContain("DE89", run.Ledger.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Judge_AnotherModelGradesByTheRubric_ItsRefusalIsNamed_AndItsCallIsBooked()
    {
        var grades = new Queue<string>(["""{"score":0.3,"issues":["the deadline is missing"]}"""]);
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => FakeReply.Answer(call, !CheckedWork.IsOf(call, "judge") ? CheckedWork.Facts
            : grades.TryDequeue(out var grade) ? grade : """{"score":0.9,"issues":[]}"""));
        await using var host = await SystemHost.StartAsync(CheckedWork.Files(endpoint.Address, "[schema, judge: { rubric: Every payment names its deadline., atLeast: 0.7 }]"));

        var run = await host.RunAsync("work", new { text = CheckedWork.Text });

        Assert.Equal("Completed", run.Status);
        Assert.Equal(["swift-1", "swift-1"], run.Models("work"));
        Assert.All(run.Models("work.judge"), model => Assert.StartsWith("deep-", model, StringComparison.Ordinal));
        var judged = run.Attempts("work.judge");
        Assert.Equal("judge", judged[0].GetProperty("role").GetString());
        Assert.Equal("score 0.3, at least 0.7 is asked for: the deadline is missing", CheckedWork.NamedEverywhere(run, "work.judge", "judge"));
        Assert.True(CheckedWork.Check(judged[1], "judge").Passed);
        var repair = endpoint.Calls.Last(c => CheckedWork.IsOf(c, "reason"));
        Assert.Contains("- the deadline is missing", SystemFiles.User(repair).GetString(), StringComparison.Ordinal);
        Assert.Equal(run.Ledger.GetProperty("totalUsd").GetDecimal(), run.Attempts().Sum(a => a.GetProperty("costUsd").GetDecimal()));
        Assert.StartsWith("tier powerful", run.Rule("work.judge"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Judge_ThatRefusesALowerTier_MakesAMisroute_WhichTheStatisticsCount()
    {
        var grades = 0;
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => FakeReply.Answer(call, !CheckedWork.IsOf(call, "judge") ? CheckedWork.Facts
            : ++grades <= 4 ? """{"score":0.1,"issues":["too thin"]}""" : """{"score":0.9,"issues":[]}"""));
        await using var host = await SystemHost.StartAsync(CheckedWork.Files(endpoint.Address, "[schema, judge: { rubric: Every payment names its deadline., atLeast: 0.7 }]"));

        var run = await host.RunAsync("work", new { text = CheckedWork.Text });

        Assert.Equal(["swift-1", "swift-1", "swift-2", "swift-2", "steady-1"], run.Models("work"));
        Assert.Equal("swift-2 (fast) failed judge", run.Attempts("work")[^1].GetProperty("misroute").GetString());
        var stats = (await host.GetAsync("/api/stats/routing")).Json.GetProperty("value").EnumerateArray().Single(r => r.GetProperty("step").GetString() == "work");
        Assert.Equal((1, 0, 1, 1), (stats.GetProperty("decisions").GetInt32(), stats.GetProperty("firstChoice").GetInt32(), stats.GetProperty("fallbacks").GetInt32(),
            stats.GetProperty("misroutes").GetInt32()));
    }
}
