using System.Text.Json;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Systems;

/// <summary>Calls are held before a provider refuses; a sick model is skipped and probed.</summary>
public sealed class Row17HealthTests
{
    const string Patient = "timeouts: { firstByte: 10m, idle: 10m, total: 10m }, retries: { attempts: 1 }";
    readonly VirtualClock _clock = new();

    [Fact]
    public async Task Limit_SixtyAMinuteUnderTwoHundredCalls_NoRefusalAndNoCallLost()
    {
        var provider = new MinuteProvider(_clock, calls => calls.Count <= 60);
        await using var endpoint = await FakeModelEndpoint.StartAsync(provider.Serve);
        await using var host = await ChainHost.StartAsync(endpoint.Address, ChainHost.Model("narrow", more: Patient, limits: ", requestsPerMinute: 60"),
            ChainHost.Routing(ChainHost.Family("{ tier: fast }", "{ last: fail }")), clock: _clock);

        await AssertHeldAsync(host, provider, runs: 200);
    }

    [Fact]
    public async Task Limit_TokensAMinute_NoRefusalAndNoCallLost()
    {
        var provider = new MinuteProvider(_clock, calls => calls.Sum() <= 6000);
        await using var endpoint = await FakeModelEndpoint.StartAsync(provider.Serve);
        await using var host = await ChainHost.StartAsync(endpoint.Address, ChainHost.Model("narrow", more: Patient, limits: ", tokensPerMinute: 6000"),
            ChainHost.Routing(ChainHost.Family("{ tier: fast }", "{ last: fail }")), clock: _clock);

        await AssertHeldAsync(host, provider, runs: 40);

        Assert.True(_clock.GetUtcNow() > new VirtualClock().GetUtcNow().AddMinutes(2), "so few tokens hold nothing back");
    }

    [Fact]
    public async Task Circuit_FiveFailures_TheSixthRunSkipsTheModel_AndAProbeBringsItBack()
    {
        var down = true;
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => down && call.Model == "sick" ? FakeReply.Error(503, "down") : SaneReplies.For(call));
        await using var host = await ChainHost.StartAsync(endpoint.Address,
            $"{ChainHost.Model("sick", more: Patient)}\n{ChainHost.Model("well", more: Patient)}",
            ChainHost.Routing(ChainHost.Family("{ models: [sick, well] }", "{ last: fail }")), clock: _clock);
        for (var n = 0; n < 5; n++)
        {
            Assert.Equal(["sick failed", "well ok"], await ModelsAsync(host));
        }

        var id = await host.FinishAsync("work");
        var skipped = (await host.AttemptsAsync(id))[0];
        Assert.Equal(("skipped", "circuit_open", 0m), Skip(skipped));
        Assert.Contains("after 5 failures in a row, the last upstream_error", skipped.GetProperty("failureMessage").GetString());
        Assert.Equal(5, endpoint.Calls.Count(c => c.Model == "sick"));
        var explained = (await host.GetAsync($"/api/runs/{id}/explain")).Json.GetProperty("steps")[0].GetProperty("attempts")[0];
        Assert.Equal("circuit_open", explained.GetProperty("failureCode").GetString());
        Assert.Equal("""{"circuit":"open","failures":5,"lastFailure":"upstream_error","probeTime":"2026-01-15T09:00:30Z","waiting":0}""",
            (await host.HealthAsync("sick")).GetRawText());

        down = false;
        _clock.Advance(TimeSpan.FromSeconds(30));
        var probe = await host.FinishAsync("work");
        var call = (await host.GetAsync($"/api/runs/{probe}/explain")).Json.GetProperty("steps")[0].GetProperty("attempts")[0];
        Assert.Equal(("sick", "ok", "the probe of its open circuit, after 5 failures in a row"),
            (call.GetProperty("model").GetString(), call.GetProperty("outcome").GetString(), call.GetProperty("health").GetString()));
        Assert.Equal(["sick ok"], await ModelsAsync(host));
    }

    [Theory]
    [InlineData("Retry-After", "30")]
    [InlineData("Retry-After", "Thu, 15 Jan 2026 09:00:30 GMT")]
    [InlineData("retry-after-ms", "30000")]
    [InlineData("x-ms-retry-after-ms", "30000")]
    public async Task RetryAfter_OfOneRun_IsKeptByAllOthers(string header, string value)
    {
        var calls = 0;
        var early = 0;
        var due = _clock.GetUtcNow().AddSeconds(30);
        await using var endpoint = await FakeModelEndpoint.StartAsync(call =>
        {
            var first = Interlocked.Increment(ref calls) == 1;
            early += !first && _clock.GetUtcNow() < due ? 1 : 0;
            return first ? FakeReply.Error(429, "slow down", null, (header, value)) : SaneReplies.For(call);
        });
        await using var host = await ChainHost.StartAsync(endpoint.Address, ChainHost.Model("only", more: Patient.Replace("attempts: 1", "attempts: 2", StringComparison.Ordinal)),
            ChainHost.Routing(ChainHost.Family("{ tier: fast }", "{ last: fail }")), clock: _clock);
        var told = await host.StartAsync("work");
        await Eventually.HoldsAsync(async () => (await host.AttemptsAsync(told)).Count == 1, "the first run was told to wait");

        var other = await host.StartAsync("work");
        await Eventually.HoldsAsync(async () => (await host.AttemptsAsync(other)).Count == 1, "the other was held back");
        Assert.Equal(("skipped", "rate_held", 0m), Skip((await host.AttemptsAsync(other))[0]));
        Assert.Equal(1, calls);
        await PassAsync(async () => (await host.RunAsync(told)).GetProperty("runtimeStatus").GetString() == "Completed"
            && (await host.RunAsync(other)).GetProperty("runtimeStatus").GetString() == "Completed");

        Assert.Equal((3, 0), (calls, early));
    }

    static async Task<IEnumerable<string>> ModelsAsync(ChainHost host) =>
        (await host.AttemptsAsync(await host.FinishAsync("work"))).Select(a => $"{a.GetProperty("model").GetString()} {a.GetProperty("outcome").GetString()}");

    static (string?, string?, decimal) Skip(JsonElement attempt) =>
        (attempt.GetProperty("outcome").GetString(), attempt.GetProperty("failureCode").GetString(), attempt.GetProperty("costUsd").GetDecimal());

    async Task AssertHeldAsync(ChainHost host, MinuteProvider provider, int runs)
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, runs).Select(n => host.StartAsync("work", $"letter {n}")));
        for (var began = TimeProvider.System.GetTimestamp(); await OpenAsync() is > 0 and var open;)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(5), $"{open} runs are still open");
            // Only while every open run keeps a place: a call that is under way must not arrive in a later second than it left in.
            if ((await host.HealthAsync("narrow")).GetProperty("waiting").GetInt32() == open)
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
            }
            else
            {
                await Task.Delay(5);
            }
        }

        Assert.Equal((0, runs), (provider.Refused, provider.Calls));
        foreach (var id in ids)
        {
            Assert.Equal("Completed", (await host.RunAsync(id)).GetProperty("runtimeStatus").GetString());
            var attempts = await host.AttemptsAsync(id);
            Assert.Equal("ok", attempts[^1].GetProperty("outcome").GetString());
            Assert.All(attempts.SkipLast(1), a => Assert.Equal(("skipped", "rate_held", 0m), Skip(a)));
        }

        async Task<int> OpenAsync() =>
            (await host.GetAsync("/api/runs?runtimeStatus=Running,Pending&top=1000")).Json.GetProperty("value").GetArrayLength();
    }

    /// <summary>Lets virtual seconds pass until it holds, and no more than calls that are under way have.</summary>
    async Task PassAsync(Func<Task<bool>> holds)
    {
        var end = _clock.GetUtcNow().AddMinutes(5);
        await Eventually.HoldsAsync(async () =>
        {
            if (await holds())
            {
                return true;
            }

            _clock.Advance(_clock.GetUtcNow() < end ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);
            return false;
        }, "both runs completed");
    }

    /// <summary>A provider that refuses what goes beyond its limit within any minute.</summary>
    /// <param name="allows">Of the tokens of each call of the last minute, the present one included: its prompt at four characters a token, as
    /// providers estimate, and its whole output limit.</param>
    sealed class MinuteProvider(TimeProvider clock, Func<IReadOnlyList<int>, bool> allows)
    {
        readonly List<(DateTimeOffset At, int Tokens)> _seen = [];

        public int Calls => _seen.Count;

        public int Refused { get; private set; }

        public FakeReply Serve(FakeCall call)
        {
            lock (_seen)
            {
                var now = clock.GetUtcNow();
                _seen.Add((now, (call.Request.GetProperty("messages").GetRawText().Length / 4) + OutputLimit(call)));
                if (!allows([.. _seen.Where(c => c.At > now.AddMinutes(-1)).Select(c => c.Tokens)]))
                {
                    Refused++;
                    return FakeReply.Error(429, "too many");
                }
            }

            return SaneReplies.For(call);
        }

        static int OutputLimit(FakeCall call) =>
            (call.Request.TryGetProperty("max_completion_tokens", out var limit) ? limit : call.Request.GetProperty("max_tokens")).GetInt32();
    }
}
