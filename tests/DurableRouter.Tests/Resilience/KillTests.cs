using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Resilience;

/// <summary>The host under load, killed again and again: no accepted run is lost, the endpoint's call log and the ledger match one to one, and
/// nothing is called again after its commit.</summary>
public sealed partial class KillTests : IAsyncLifetime
{
    const int Kills = 50;
    const int Workers = 4;
    const string Document = "MEMO\n\nTo: Operations\nFrom: Dana Whitfield\nDate: 4 March 2026\n\nNorthgate Doors Ltd will replace both dock doors for USD 18,400.00. Work begins on 16 March 2026.";
    readonly string folder = Directory.CreateTempSubdirectory("durable-router-kill-").FullName;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task FiftyKillsUnderLoad_LoseNoRun_AndLedgerMatchesTheEndpointsLog()
    {
        const int seed = 20261121;
        var random = new Random(seed);
        var delays = new ConcurrentQueue<int>(Enumerable.Range(0, 200_000).Select(_ => random.Next(2, 60)));
        var silent = new Silence();
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => silent.Swallows() ? FakeReply.Hang()
            : SaneReplies.For(call) with { Delay = TimeSpan.FromMilliseconds(delays.TryDequeue(out var ms) ? ms : 10) });
        var config = EndpointConfig.Write(Path.Combine(folder, "config"), endpoint.Address);
        var data = Path.Combine(folder, "data");
        var url = new Uri($"http://127.0.0.1:{ServeProcess.FreePort()}");
        var accepted = new ConcurrentDictionary<string, string>(); // idempotency key to run
        using var stopLoad = new CancellationTokenSource();
        using var http = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromSeconds(90) };

        var load = Enumerable.Range(0, Workers).Select(w => Task.Run(() => SubmitAsync(http, w, accepted, stopLoad.Token))).ToArray();
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var serve = await ServeProcess.StartAsync(config, data, url);
            var before = accepted.Count;
            await Eventually.HoldsAsync(() => accepted.Count > before + 1, "the host accepted runs");
            if (kill % 10 == 0)
            {
                await silent.BeginAsync(); // this kill finds a call in flight, however fast or slow the machine is
            }

            await Task.Delay(random.Next(50, 700));
            await serve.KillAsync();
            silent.End();
        }

        await stopLoad.CancelAsync();
        await Task.WhenAll(load);
        await using var last = await ServeProcess.StartAsync(config, data, url);

        Assert.Equal(accepted.Count, accepted.Values.Distinct().Count());
        var rows = new List<Row>();
        foreach (var run in accepted.Values)
        {
            var ended = await EndAsync(http, run);
            Assert.True(ended == "Completed", $"{run} ended {ended} (seed {seed})\n{last.Output}");
            rows.AddRange(await LedgerAsync(http, run));
        }

        // Runs whose 202 a kill swallowed were started all the same; their keys were never retried after the load stopped.
        foreach (var run in await AllRunsAsync(http))
        {
            if (!accepted.Values.Contains(run))
            {
                await EndAsync(http, run);
                rows.AddRange(await LedgerAsync(http, run));
            }
        }

        var calls = endpoint.Calls.Select(c => c.Key!).ToList();
        Assert.Equal(calls.Count, calls.Distinct().Count()); // no attempt was ever sent twice
        var booked = rows.ToDictionary(r => r.Key);
        Assert.Empty(calls.Except(booked.Keys)); // every call stands in the ledger
        Assert.All(rows.Where(r => !calls.Contains(r.Key)), r => Assert.Equal("outcome_unknown", r.Outcome));
        Assert.Contains(rows, r => r.Outcome == "outcome_unknown"); // the kills did hit calls
        foreach (var step in rows.Where(r => r.Outcome == "ok").GroupBy(r => r.Key[..r.Key.LastIndexOf('/')]))
        {
            Assert.Single(step); // one committed result per step and revision
            var committed = Ordinal(step.Single().Key);
            Assert.DoesNotContain(calls, key => key.StartsWith(step.Key + "/", StringComparison.Ordinal) && Ordinal(key) > committed);
        }

        Assert.Equal(0, await last.StopAsync());
    }

    [Fact]
    public async Task SecondHost_OnTheSameFolder_RefusesWithTheHoldersName()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        var config = EndpointConfig.Write(Path.Combine(folder, "config"), endpoint.Address);
        var data = Path.Combine(folder, "data");
        await using var first = await ServeProcess.StartAsync(config, data);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => ServeProcess.StartAsync(config, data));

        Assert.Contains("held by process", refused.Message);
        Assert.Contains(first.Url.Port.ToString(), refused.Message);
    }

    static async Task SubmitAsync(HttpClient http, int worker, ConcurrentDictionary<string, string> accepted, CancellationToken stop)
    {
        for (var n = 0; !stop.IsCancellationRequested; n++)
        {
            var key = $"worker-{worker}-{n}";
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    using var request = new HttpRequestMessage(HttpMethod.Post, "/api/pipelines/document/runs");
                    request.Headers.Add("Idempotency-Key", key);
                    request.Content = JsonContent.Create(new { input = new { text = Document } });
                    using var response = await http.SendAsync(request, stop);
                    if (response.StatusCode == HttpStatusCode.Accepted)
                    {
                        using var body = await response.Content.ReadFromJsonAsync<JsonDocument>(stop);
                        accepted[key] = body!.RootElement.GetProperty("id").GetString()!;
                        await Task.Delay(100, stop);
                        break;
                    }
                }
                catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or JsonException)
                {
                    // The host is dead or dying: the same key again, as a careful client does.
                }

                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    static async Task<string> EndAsync(HttpClient http, string run)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            using var response = await http.GetAsync($"/api/runs/{run}", limit.Token);
            using var body = await response.Content.ReadFromJsonAsync<JsonDocument>(limit.Token);
            var status = body!.RootElement.GetProperty("runtimeStatus").GetString()!;
            if (status is not ("Pending" or "Running"))
            {
                return status == "Completed" ? status : $"{status}: {body.RootElement}";
            }

            await Task.Delay(50, limit.Token);
        }
    }

    static async Task<List<Row>> LedgerAsync(HttpClient http, string run)
    {
        using var body = JsonDocument.Parse(await http.GetStringAsync($"/api/runs/{run}/ledger"));
        return [.. body.RootElement.GetProperty("attempts").EnumerateArray().Select(a =>
            new Row(a.GetProperty("key").GetString()!, a.GetProperty("outcome").GetString()!))];
    }

    static async Task<List<string>> AllRunsAsync(HttpClient http)
    {
        var runs = new List<string>();
        string? next = "/api/runs?top=1000";
        while (next is not null)
        {
            using var page = JsonDocument.Parse(await http.GetStringAsync(next));
            runs.AddRange(page.RootElement.GetProperty("value").EnumerateArray().Select(r => r.GetProperty("id").GetString()!));
            next = page.RootElement.TryGetProperty("nextLink", out var link) ? link.GetString() : null;
        }

        return runs;
    }

    static int Ordinal(string key) => int.Parse(LastPart().Match(key).Value);

    [GeneratedRegex(@"\d+$")]
    private static partial Regex LastPart();

    sealed record Row(string Key, string Outcome);

    /// <summary>Times in which the endpoint answers nobody.</summary>
    sealed class Silence
    {
        volatile TaskCompletionSource? _met;

        /// <summary>Returns when a call has met the silence.</summary>
        public Task BeginAsync()
        {
            _met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _met.Task.WaitAsync(Eventually.Patience);
        }

        public void End() => _met = null;

        public bool Swallows() => _met is { } met && (met.TrySetResult() || true);
    }
}
