using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using DurableRouter.Engine;
using DurableRouter.Tests.Shared;
using DurableRouter.Tests.Systems;

namespace DurableRouter.Tests.Resilience;

/// <summary>The host's process dies around a call that writes.</summary>
public sealed class ToolCrashTests : IDisposable
{
    static readonly Dictionary<string, string> Key = new() { ["TICKETS_KEY"] = "a key" };

    readonly string folder = Directory.CreateTempSubdirectory("durable-router-tool-crash-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    // Killed after the effect and before its record, the call is repeated under the same idempotency key: one effect.
    [Theory]
    [InlineData(CrashPoints.BeforeCall, 1, 1)] // the intent is durable, the request had not left
    [InlineData(CrashPoints.AfterCall, 1, 2)]  // the tool has done it, and nobody here knows
    [InlineData(CrashPoints.BeforeCommit, 2, 2)]
    public async Task Death_AroundTheCall_LeavesOneEffect_AndARowForEachCall(string point, int passage, int calls)
    {
        await using var tool = await FakeTool.StartAsync();
        var config = Write(tool, "retries: { attempts: 3, firstDelay: 10ms }");
        var data = Path.Combine(folder, "data");
        await using (var doomed = await ServeProcess.StartAsync(config, data, crashAt: $"{point}:{passage}", environment: Key))
        {
            await StartAsync(doomed.Url);
            await doomed.DeathAsync();
        }

        await using var host = await ServeProcess.StartAsync(config, data, environment: Key);
        var (ended, ledger) = await EndAsync(host.Url);

        Assert.Equal("Completed", ended.GetProperty("runtimeStatus").GetString());
        var run = ended.GetProperty("id").GetString();
        Assert.Equal(calls, tool.Calls.Count);
        Assert.Equal([$"{run}/file/0"], tool.Effects);
        var rows = ledger.GetProperty("attempts").EnumerateArray().Select(a => (a.GetProperty("key").GetString(), a.GetProperty("outcome").GetString())).ToList();
        Assert.Equal([($"{run}/file/0/1", "outcome_unknown"), ($"{run}/file/0/2", "ok")], rows);
        Assert.Equal(0.02m, ledger.GetProperty("totalUsd").GetDecimal());
    }

    /// <summary>For a tool that honours no key: what may have happened once is not tried again, and a person is told.</summary>
    [Fact]
    public async Task Death_WithOneAttemptAllowed_IsNotFollowedByAnotherCall()
    {
        await using var tool = await FakeTool.StartAsync();
        var config = Write(tool, "retries: { attempts: 1 }");
        var data = Path.Combine(folder, "data");
        await using (var doomed = await ServeProcess.StartAsync(config, data, crashAt: $"{CrashPoints.AfterCall}:1", environment: Key))
        {
            await StartAsync(doomed.Url);
            await doomed.DeathAsync();
        }

        await using var host = await ServeProcess.StartAsync(config, data, environment: Key);
        var (ended, _) = await EndAsync(host.Url);

        Assert.Equal("Failed", ended.GetProperty("runtimeStatus").GetString());
        Assert.Equal("tool_failed", ended.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains("outcome_unknown", ended.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Single(tool.Calls);
    }

    string Write(FakeTool tool, string retries)
    {
        var config = Path.Combine(folder, "config");
        foreach (var (file, content) in ToolFiles.Files(tool, ToolFiles.Create("unattended: true"), retries))
        {
            var path = Path.Combine(config, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, content);
        }

        return config;
    }

    static async Task StartAsync(Uri url)
    {
        using var http = new HttpClient { BaseAddress = url };
        try
        {
            using var response = await http.PostAsJsonAsync("/api/pipelines/work/runs", new { input = new { text = "Broken door", amount = 5 } });
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        }
        catch (HttpRequestException)
        {
            // It died before it answered.
        }
    }

    static async Task<(JsonElement Run, JsonElement Ledger)> EndAsync(Uri url)
    {
        using var http = new HttpClient { BaseAddress = url };
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var runs = JsonElement.Parse(await http.GetStringAsync("/api/runs", limit.Token));
        var run = Assert.Single(runs.GetProperty("value").EnumerateArray().ToList()).GetProperty("id").GetString();
        while (true)
        {
            using var response = await http.GetAsync($"/api/runs/{run}", limit.Token);
            if (response.StatusCode == HttpStatusCode.OK)
            {
                return (JsonElement.Parse(await response.Content.ReadAsStringAsync(limit.Token)), JsonElement.Parse(await http.GetStringAsync($"/api/runs/{run}/ledger", limit.Token)));
            }

            await Task.Delay(25, limit.Token);
        }
    }
}
