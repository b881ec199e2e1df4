using DurableRouter.Tests.Shared;

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
        Assert.False(CheckedWork.Check(failed, check).Passed);
        Assert.Single(failed.GetProperty("checks").EnumerateArray(), c => !c.GetProperty("passed").GetBoolean());

        var explained = run.Explained("work").GetProperty("attempts")[0];
        Assert.False(CheckedWork.Check(explained, check).Passed);
        var told = run.Events.GetProperty("value").EnumerateArray().First(e =>
            e.GetProperty("type").GetString() == "step.attempt" && e.GetProperty("step").GetString() == "work");
        Assert.False(CheckedWork.Check(told, check).Passed);
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

    [Theory]
    [InlineData("[admin]", 1)]
    [InlineData("[operator]", 2)]
    public async Task Policy_BindsByTheRoleOfTheCaller(string exempt, int attempts)
    {
        await using var endpoint = await CheckedWork.EndpointAsync(CheckedWork.Facts.Replace("\"fact\":\"payment\"", "\"fact\":\"ask jo@example.org\"", StringComparison.Ordinal));
        await using var host = await SystemHost.StartAsync(CheckedWork.Files(endpoint.Address, $"[schema, policy: {{ personalData: [email], exceptFor: {exempt} }}]"));

        // A host without keys knows its local user as admin.
        var run = await host.RunAsync("work", new { text = CheckedWork.Text });

        Assert.Equal(attempts, run.Attempts("work").Count);
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
        Assert.Equal((false, "score 0.3, at least 0.7 is asked for: the deadline is missing"), CheckedWork.Check(judged[0], "judge"));
        Assert.True(CheckedWork.Check(judged[1], "judge").Passed);
        var repair = endpoint.Calls.Last(c => CheckedWork.IsOf(c, "reason"));
        Assert.Contains("- the deadline is missing", SystemFiles.User(repair).GetString(), StringComparison.Ordinal);
        Assert.Equal(run.Ledger.GetProperty("totalUsd").GetDecimal(), run.Attempts().Sum(a => a.GetProperty("costUsd").GetDecimal()));
        Assert.StartsWith("tier powerful", run.Rule("work.judge"), StringComparison.Ordinal);
    }
}
