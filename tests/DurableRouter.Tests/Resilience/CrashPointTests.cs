using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DurableRouter.Engine;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Resilience;

/// <summary>One run, and a death of the host's process at each place that has its own consequence.</summary>
public sealed class CrashPointTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("durable-router-crash-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // The first commit of a run is its start with its first turn; each of the four steps is one more, the fifth is the end.
    [Theory]
    [InlineData(CrashPoints.BeforeCommit, 1, 0)] // the start never happened: the retry makes the run
    [InlineData(CrashPoints.AfterCommit, 1, 1)]  // the start is durable, its 202 was lost: the retry finds the run; the call's intent was part of it
    [InlineData(CrashPoints.BeforeCommit, 2, 1)] // the reply was here and its commit wasn't: it may not be called again under the same number
    [InlineData(CrashPoints.AfterCommit, 2, 1)]  // the result is durable and the next intent with it
    [InlineData(CrashPoints.BeforeCommit, 5, 1)] // the last result
    [InlineData(CrashPoints.AfterCommit, 5, 0)]  // the run had ended
    [InlineData(CrashPoints.BeforeCall, 1, 1)]
    [InlineData(CrashPoints.BeforeCall, 3, 1)]
    [InlineData(CrashPoints.AfterCall, 2, 1)]
    [InlineData(CrashPoints.AfterCall, 4, 1)]
    public async Task Death_AtACrashPoint_LosesNothing_AndRepeatsNoCommittedCall(string point, int passage, int unknown)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        var config = EndpointConfig.Write(Path.Combine(folder, "config"), endpoint.Address);
        var data = Path.Combine(folder, "data");
        string? promised = null;
        await using (var doomed = await ServeProcess.StartAsync(config, data, crashAt: $"{point}:{passage}"))
        {
            promised = await StartAsync(doomed.Url);
            await doomed.DeathAsync();
        }

        await using var host = await ServeProcess.StartAsync(config, data);
        var run = await StartAsync(host.Url);
        Assert.NotNull(run);
        Assert.True(promised is null || promised == run, "the same key made another run");
        using var http = new HttpClient { BaseAddress = host.Url };
        using var ended = JsonDocument.Parse(await WaitAsync(http, run));
        Assert.Equal("Completed", ended.RootElement.GetProperty("runtimeStatus").GetString());

        using var ledger = JsonDocument.Parse(await http.GetStringAsync($"/api/runs/{run}/ledger"));
        var rows = ledger.RootElement.GetProperty("attempts").EnumerateArray().Select(a => (Key: a.GetProperty("key").GetString()!, Outcome: a.GetProperty("outcome").GetString()!)).ToList();
        var calls = endpoint.Calls.Select(c => c.Key!).ToList();
        Assert.Equal(4, rows.Count(r => r.Outcome == "ok"));
        Assert.Equal(unknown, rows.Count(r => r.Outcome == "outcome_unknown"));
        Assert.Equal(4 + unknown, rows.Count);
        Assert.Equal(calls.Count, calls.Distinct().Count());
        Assert.Empty(calls.Except(rows.Select(r => r.Key)));
        Assert.All(rows.Where(r => !calls.Contains(r.Key)), r => Assert.Equal("outcome_unknown", r.Outcome));
        using var list = JsonDocument.Parse(await http.GetStringAsync("/api/runs"));
        Assert.Equal(1, list.RootElement.GetProperty("value").GetArrayLength());
    }

    /// <returns>The run's id; null when the host died before it answered.</returns>
    static async Task<string?> StartAsync(Uri url)
    {
        using var http = new HttpClient { BaseAddress = url };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/pipelines/document/runs");
        request.Headers.Add("Idempotency-Key", "the-one-key");
        request.Content = JsonContent.Create(new { input = new { text = "MEMO\n\nTo: Operations\n\nNorthgate Doors Ltd will replace both dock doors in March." } });
        try
        {
            using var response = await http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            using var body = await response.Content.ReadFromJsonAsync<JsonDocument>();
            return body!.RootElement.GetProperty("id").GetString();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    static async Task<string> WaitAsync(HttpClient http, string run)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (true)
        {
            using var response = await http.GetAsync($"/api/runs/{run}", limit.Token);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return await response.Content.ReadAsStringAsync(limit.Token);
            }

            await Task.Delay(25, limit.Token);
        }
    }
}
