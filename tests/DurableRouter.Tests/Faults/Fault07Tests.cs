using System.Net.Http.Json;
using System.Text.Json;
using DurableRouter.Engine;
using DurableRouter.Tests.Approvals;
using DurableRouter.Tests.Resilience;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Faults;

/// <summary>Fault 7: the host's process dies in an approval's wait, or around its decision. The next one goes on by the one decision that stands.</summary>
public sealed class Fault07Tests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("durable-router-fault07-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(null, "pending")]
    [InlineData(CrashPoints.BeforeDecision, "pending")]
    [InlineData(CrashPoints.AfterDecision, "approved")]
    [InlineData(CrashPoints.AfterWake, "approved")]
    public async Task Fault07_DeathInTheWaitOrAroundTheDecision_TheNextHostGoesOnByTheRecord(string? point, string left)
    {
        var config = ApprovalServer.WriteConfig(_folder.FullName, webhooks: null);
        var data = Path.Combine(_folder.FullName, "data");
        string run, id;
        await using (var doomed = await ServeProcess.StartAsync(config, data, crashAt: point is null ? null : point + ":1"))
        {
            using var http = new HttpClient { BaseAddress = doomed.Url };
            (run, id) = await AskAsync(http);
            if (point is null)
            {
                await doomed.KillAsync();
            }
            else
            {
                // The answer is lost with the process: the client knows nothing of what became of it.
                await Assert.ThrowsAsync<HttpRequestException>(() => DecideAsync(http, id));
                await doomed.DeathAsync();
            }
        }

        await using var host = await ServeProcess.StartAsync(config, data);
        using var next = new HttpClient { BaseAddress = host.Url };
        var found = await next.GetFromJsonAsync<JsonElement>($"/api/approvals/{id}");
        Assert.Equal(left, found.GetProperty("status").GetString());
        if (left == "approved")
        {
            // Nobody says anything again, and the run goes on.
            await EndAsync(next, run);
        }

        var receipt = await DecideAsync(next, id);
        await EndAsync(next, run);
        var record = await next.GetFromJsonAsync<JsonElement>($"/api/approvals/{id}");
        Assert.Equal(receipt, record.GetProperty("decision").GetProperty("receipt").GetString());
        Assert.Equal(1, record.GetProperty("votes").GetArrayLength());
    }

    static async Task<(string Run, string Approval)> AskAsync(HttpClient http)
    {
        using var reply = await http.PostAsJsonAsync("/api/pipelines/held/runs", new { input = new { text = "A letter." } });
        var run = (await reply.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        var id = "";
        await Eventually.HoldsAsync(async () =>
        {
            var list = (await http.GetFromJsonAsync<JsonElement>($"/api/approvals?status=pending&runId={run}")).GetProperty("value");
            id = list.GetArrayLength() == 0 ? "" : list[0].GetProperty("id").GetString()!;
            return id.Length > 0;
        }, "the run asked");
        return (run, id);
    }

    /// <returns>The receipt.</returns>
    static async Task<string> DecideAsync(HttpClient http, string id)
    {
        using var reply = await http.PostAsJsonAsync($"/api/approvals/{id}/decision", new { decision = "approved" });
        var body = await reply.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(reply.IsSuccessStatusCode, body.ToString());
        return body.GetProperty("receipt").GetString()!;
    }

    static Task EndAsync(HttpClient http, string run) => Eventually.HoldsAsync(async () =>
        (await http.GetFromJsonAsync<JsonElement>($"/api/runs/{run}")).GetProperty("runtimeStatus").GetString() == "Completed", "the run completed");
}
