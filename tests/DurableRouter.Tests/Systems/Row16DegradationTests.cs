using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Local;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Systems;

/// <summary>Row 16: a lesser model's answer is never silent: result, ledger, events, explanation and command line say it and why.</summary>
public sealed class Row16DegradationTests
{
    const string Reason = "work: steady-1 (balanced) answers below the routed tier (tier powerful): after upstream_error";

    [Fact]
    public async Task LesserAnswer_IsSaidEverywhereWithItsReason()
    {
        await using var endpoint = await StartAsync();
        await using var host = await SystemHost.StartAsync(Files(endpoint.Address));

        var run = await host.RunAsync("work", new { text = "Please answer." });

        Assert.Equal("Completed", run.Status);
        Assert.Equal([Reason], run.Run.GetProperty("degraded").EnumerateArray().Select(d => d.GetString()));
        Assert.Equal([false, false, true], run.Attempts().Select(a => a.GetProperty("degraded").GetBoolean()));
        Assert.Equal(Reason, run.Attempts()[^1].GetProperty("degradedReason").GetString());
        Assert.Equal(Reason, run.Explained("work").GetProperty("attempts")[2].GetProperty("degradedReason").GetString());
        Assert.Equal([false, false, true, true, true, true],
            run.Explained("work").GetProperty("candidates").EnumerateArray().Select(c => c.GetProperty("degraded").GetBoolean()));
        var told = run.Events.GetProperty("value").EnumerateArray().Single(e => e.GetProperty("type").GetString() == "step.completed");
        Assert.Equal(Reason, told.GetProperty("degradedReason").GetString());
        var fellBack = run.Events.GetProperty("value").EnumerateArray().Where(e => e.GetProperty("type").GetString() == "step.fellback").ToList();
        Assert.Equal(["deep-2", "steady-1"], fellBack.Select(e => e.GetProperty("model").GetString()));
        Assert.False(fellBack[0].TryGetProperty("degradedReason", out _));
        Assert.Equal(Reason, fellBack[1].GetProperty("degradedReason").GetString());
    }

    [Fact]
    public async Task FirstChoiceAnswers_NothingIsDegraded()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        await using var host = await SystemHost.StartAsync(Files(endpoint.Address));

        var run = await host.RunAsync("work", new { text = "Please answer." });

        Assert.Empty(run.Run.GetProperty("degraded").EnumerateArray());
        Assert.False(run.Attempts()[0].GetProperty("degraded").GetBoolean());
    }

    [Fact]
    public async Task LesserAnswer_OnTheCommandLine_IsSaidInRunShowAndExplain()
    {
        await using var endpoint = await StartAsync();
        using var cli = new Cli();
        var config = Path.Combine(cli.Folder, "config");
        Directory.CreateDirectory(Path.Combine(config, "pipelines"));
        foreach (var (file, content) in Files(endpoint.Address))
        {
            File.WriteAllText(Path.Combine(config, file), content);
        }

        var run = await cli.RunAsync("run", "work", "--input", cli.Write("letter.txt", "Please answer."), "--config", config);

        Assert.Equal(0, run.ExitCode);
        var id = run.Out.Split('\n').Single(line => line.StartsWith("run-", StringComparison.Ordinal)).Split(' ')[0];
        foreach (var said in new[] { run, await cli.RunAsync("show", id), await cli.RunAsync("explain", id) })
        {
            Assert.Contains("degraded: " + Reason, said.Out, StringComparison.Ordinal);
        }
    }

    static Task<FakeModelEndpoint> StartAsync() =>
        FakeModelEndpoint.StartAsync(call => call.Model.StartsWith("deep", StringComparison.Ordinal) ? FakeReply.Error(500, "broken") : SaneReplies.For(call));

    static (string, string)[] Files(Uri endpoint) =>
    [
        SystemFiles.Models(endpoint), SystemFiles.Routing("{ tier: powerful }", "    fallback: { direction: down, allowDowngrade: true, last: fail }"), SystemFiles.Work(),
    ];
}
