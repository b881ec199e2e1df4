namespace DurableRouter.Tests.Local;

public sealed class ApprovalFlowTests : IDisposable
{
    readonly Cli _cli = new();

    public void Dispose() => _cli.Dispose();

    [Fact]
    public async Task Approve_RiskyDocument_ShowsTheDigestedFactsAndDrivesTheRunToItsEnd()
    {
        var started = await _cli.RunAsync("run", "--input", Cli.Sample("contract.txt"), "--json");
        Assert.True(started.ExitCode == 3, started.ToString());
        var runId = started.Json.GetProperty("id").GetString()!;

        var shown = await _cli.RunAsync("show", runId, "--json");
        Assert.Equal(0, shown.ExitCode);
        var approval = Assert.Single(shown.Json.GetProperty("approvals").EnumerateArray().ToList());
        var digest = approval.GetProperty("digest").GetString()!;
        Assert.Equal("pending", approval.GetProperty("status").GetString());
        Assert.Contains("high", approval.GetProperty("facts").GetProperty("reasons")[0].GetString(), StringComparison.Ordinal);

        var approved = await _cli.RunAsync("approve", runId, "--comment", "read it");
        Assert.True(approved.ExitCode == 0, approved.ToString());
        Assert.Contains(digest, approved.Out, StringComparison.Ordinal);
        Assert.Contains("Aldermere Robotics GmbH", approved.Out, StringComparison.Ordinal);
        Assert.Contains("receipt", approved.Out, StringComparison.Ordinal);

        var after = (await _cli.RunAsync("show", runId, "--json")).Json;
        Assert.Equal("Completed", after.GetProperty("runtimeStatus").GetString());
        Assert.Equal("read it", after.GetProperty("approvals")[0].GetProperty("decision").GetProperty("comment").GetString());
        Assert.Equal(digest, after.GetProperty("approvals")[0].GetProperty("decision").GetProperty("digest").GetString());
    }

    [Fact]
    public async Task Reject_RiskyDocument_EndsTheRunWithoutAResult()
    {
        var started = await _cli.RunAsync("run", "--input", Cli.Sample("contract.txt"), "--json");
        var approval = started.Json.GetProperty("customStatus").GetProperty("waitingFor").GetString()!.Split(' ')[1];

        var rejected = await _cli.RunAsync("reject", approval, "--json");

        Assert.True(rejected.ExitCode == 0, rejected.ToString());
        Assert.Equal("rejected", rejected.Json.GetProperty("outcome").GetString());
        var again = await _cli.RunAsync("approve", approval);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("approval_decided", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resume_ApprovalDecidedWhileSuspended_DrivesTheRunToItsEnd()
    {
        var started = await _cli.RunAsync("run", "--input", Cli.Sample("contract.txt"), "--json");
        var runId = started.Json.GetProperty("id").GetString()!;
        Assert.Equal(0, (await _cli.RunAsync("suspend", runId)).ExitCode);

        var approved = await _cli.RunAsync("approve", runId, "--json");
        Assert.True(approved.ExitCode == 3, approved.ToString());
        Assert.Equal("Suspended", approved.Json.GetProperty("runtimeStatus").GetString());
        var resumed = await _cli.RunAsync("resume", runId, "--json");

        Assert.True(resumed.ExitCode == 0, resumed.ToString());
        Assert.Equal("Completed", resumed.Json.GetProperty("runtimeStatus").GetString());
    }
}
