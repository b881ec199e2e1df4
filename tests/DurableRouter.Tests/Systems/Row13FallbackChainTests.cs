using System.Net.Http.Json;
using System.Text.Json;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Resilience;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Systems;

/// <summary>An ordered chain per task family, with a time limit per call.</summary>
public sealed class Row13FallbackChainTests
{
    static readonly string Models = string.Join('\n', ChainHost.Model("limited"), ChainHost.Model("hanging", more: "timeouts: { firstByte: 300ms }, retries: { attempts: 1 }"),
        ChainHost.Model("third", "balanced"));

    static readonly string Routing = ChainHost.Routing(ChainHost.Family("{ models: [limited, hanging, third] }", "{ last: fail }"));

    [Fact]
    public async Task RateLimitThenHang_TheThirdAnswers_AndLeavesThreeRows()
    {
        var clock = new VirtualClock();
        await using var endpoint = await FakeModelEndpoint.StartAsync(Serve);
        await using var host = await ChainHost.StartAsync(endpoint.Address, Models, Routing, clock: clock);

        var id = await host.StartAsync("work");
        await Eventually.HoldsAsync(() => endpoint.Calls.Any(c => c.Model == "hanging"), "the second was asked");
        clock.Advance(TimeSpan.FromMilliseconds(300));

        Assert.Equal("Completed", (await host.RestAsync(id)).GetProperty("runtimeStatus").GetString());
        var attempts = await host.AttemptsAsync(id);
        Assert.Equal(["limited failed rate_limited", "hanging failed first_byte_timeout", "third ok "], attempts.Select(a =>
            $"{a.GetProperty("model").GetString()} {a.GetProperty("outcome").GetString()} {(a.TryGetProperty("failureCode", out var code) ? code.GetString() : "")}"));
        Assert.Equal(endpoint.Calls.Select(c => c.Key), attempts.Select(a => a.GetProperty("key").GetString()));
    }

    [Fact]
    public async Task RetryAfterAboveTheCap_OrAQuotaUsedUp_GoesToTheNextAtOnce()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => call.Model switch
        {
            "limited" => FakeReply.Error(429, "slow down", null, ("Retry-After", "3600")),
            "hanging" => FakeReply.Error(429, "no money left", "insufficient_quota"),
            _ => SaneReplies.For(call),
        });
        await using var host = await ChainHost.StartAsync(endpoint.Address, Models.Replace("attempts: 1", "attempts: 3", StringComparison.Ordinal), Routing);

        var id = await host.FinishAsync("work");

        Assert.Equal(["limited", "hanging", "third"], endpoint.Calls.Select(c => c.Model));
        Assert.Equal(3, (await host.AttemptsAsync(id)).Count);
    }

    [Fact]
    public async Task Kill_InTheMiddleOfTheChain_RepeatsNoFinishedAttempt()
    {
        var folder = Directory.CreateTempSubdirectory("durable-router-row13-").FullName;
        var hangs = new TaskCompletionSource();
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => call.Model != "hanging" ? Serve(call)
            : hangs.TrySetResult() ? FakeReply.Hang() : FakeReply.Error(503, "down"));
        var config = Path.Combine(folder, "config");
        // The call must still hang when the death comes, however slow the machine is.
        ChainHost.Load(config, endpoint.Address, Models.Replace("300ms", "10m", StringComparison.Ordinal), Routing, "[schema]", ["work"]);
        var data = Path.Combine(folder, "data");
        string id;
        await using (var doomed = await ServeProcess.StartAsync(config, data))
        {
            using var http = new HttpClient { BaseAddress = doomed.Url };
            using var started = await http.PostAsJsonAsync("/api/pipelines/work/runs", new { input = new { text = "hello" } });
            id = (await started.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
            await hangs.Task.WaitAsync(TimeSpan.FromMinutes(2));
            await doomed.KillAsync();
        }

        await using (var host = await ServeProcess.StartAsync(config, data))
        {
            using var http = new HttpClient { BaseAddress = host.Url };
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
            JsonElement run;
            do
            {
                await Task.Delay(50, limit.Token);
                run = await http.GetFromJsonAsync<JsonElement>($"/api/runs/{id}", limit.Token);
            }
            while (run.GetProperty("runtimeStatus").GetString() == "Running");

            Assert.Equal("Completed", run.GetProperty("runtimeStatus").GetString());
            var ledger = await http.GetFromJsonAsync<JsonElement>($"/api/runs/{id}/ledger");
            // The call that the death hid stays unknown and is made again under a number of its own.
            Assert.Equal(["limited failed", "hanging outcome_unknown", "hanging failed", "third ok"], ledger.GetProperty("attempts").EnumerateArray()
                .Select(a => $"{a.GetProperty("model").GetString()} {a.GetProperty("outcome").GetString()}"));
        }

        var keys = endpoint.Calls.Select(c => c.Key!).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());
        Assert.Equal(["limited", "hanging", "hanging", "third"], endpoint.Calls.Select(c => c.Model));
        Directory.Delete(folder, recursive: true);
    }

    static FakeReply Serve(FakeCall call) => call.Model switch
    {
        "limited" => FakeReply.Error(429, "slow down"),
        "hanging" => FakeReply.Hang(),
        _ => SaneReplies.For(call),
    };
}
