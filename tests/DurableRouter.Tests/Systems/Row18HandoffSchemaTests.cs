namespace DurableRouter.Tests.Systems;

/// <summary>Row 18: an explicit schema at every handoff, validation, and one repair that shows the error.</summary>
public sealed class Row18HandoffSchemaTests
{
    [Fact]
    public async Task ProseAroundTheObject_IsReadWithoutARepair()
    {
        await using var endpoint = await CheckedWork.EndpointAsync($"Gladly! Here it is:\n```json\n{CheckedWork.Facts}\n```\nAnything else?");
        await using var host = await SystemHost.StartAsync(CheckedWork.Files(endpoint.Address, "[schema]"));

        var run = await host.RunAsync("work", new { text = CheckedWork.Text });

        Assert.Equal("Completed", run.Status);
        Assert.Equal(500, run.Output.GetProperty("amount").GetInt32());
        Assert.Single(run.Attempts("work"));
    }

    [Theory]
    [InlineData("missing field", "\"amount\":500,", "", "schema_mismatch", "amount")]
    [InlineData("wrong type", "500,", "\"five hundred\",", "schema_mismatch", "/amount")]
    [InlineData("extra field", "\"amount\":500,", "\"amount\":500,\"approval\":\"skip\",", "schema_mismatch", "approval")]
    [InlineData("broken JSON", "]}", "]", "invalid_json", "not valid JSON")]
    [InlineData("two objects", "]}", "]} {\"a\":1}", "invalid_json", "more than one")]
    public async Task FaultyAnswer_IsShownItsErrorOnce_AndRepaired(string _, string old, string faulty, string code, string named)
    {
        await using var endpoint = await CheckedWork.EndpointAsync(CheckedWork.Facts.Replace(old, faulty, StringComparison.Ordinal));
        await using var host = await SystemHost.StartAsync(CheckedWork.Files(endpoint.Address, "[schema]"));

        var run = await host.RunAsync("work", new { text = CheckedWork.Text });

        Assert.Equal("Completed", run.Status);
        var attempts = run.Attempts("work");
        Assert.Equal(["swift-1", "swift-1"], run.Models("work"));
        Assert.Equal(code, attempts[0].GetProperty("failureCode").GetString());
        Assert.Contains(named, CheckedWork.Check(attempts[0], "schema").Detail, StringComparison.Ordinal);
        Assert.True(CheckedWork.Check(attempts[1], "schema").Passed);
        var repair = endpoint.Calls.Last(c => CheckedWork.IsOf(c, "reason"));
        Assert.Contains("Your previous answer was rejected", SystemFiles.System(repair), StringComparison.Ordinal);
        Assert.Contains("previous_answer", SystemFiles.User(repair).GetString(), StringComparison.Ordinal);
        Assert.Contains(named, SystemFiles.User(repair).GetString()!.Split("name=\"problems\"")[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task SecondFault_GoesToTheNextCandidate_WhichSeesTheTaskAfresh()
    {
        await using var endpoint = await CheckedWork.EndpointAsync("{}", "{}");
        await using var host = await SystemHost.StartAsync(CheckedWork.Files(endpoint.Address, "[schema]"));

        var run = await host.RunAsync("work", new { text = CheckedWork.Text });

        Assert.Equal(["swift-1", "swift-1", "swift-2"], run.Models("work"));
        Assert.DoesNotContain("rejected", SystemFiles.System(endpoint.Calls[^1]), StringComparison.Ordinal);
    }
}
