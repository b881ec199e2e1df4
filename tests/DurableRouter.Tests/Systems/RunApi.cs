using System.Text.Json;
using DurableRouter.Tests.Http;

namespace DurableRouter.Tests.Systems;

/// <summary>What tests ask the HTTP interface about a run.</summary>
static class RunApi
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static async Task<JsonElement> RunAsync(this ContractHost host, string id) => (await host.GetAsync($"/api/runs/{id}")).Json;

    public static async Task<IReadOnlyList<JsonElement>> AttemptsAsync(this ContractHost host, string id) =>
        [.. (await host.GetAsync($"/api/runs/{id}/ledger")).Json.GetProperty("attempts").EnumerateArray()];

    /// <summary>What the instance knows of a model.</summary>
    public static async Task<JsonElement> HealthAsync(this ContractHost host, string model) => (await host.GetAsync("/api/models")).Json.GetProperty("value")
        .EnumerateArray().Single(m => m.GetProperty("name").GetString() == model).GetProperty("health");

    /// <summary>Answers the one approval that a run waits for.</summary>
    public static async Task<Reply> DecideAsync(this ContractHost host, string runId, string decision)
    {
        var asked = Assert.Single((await host.GetAsync($"/api/approvals?status=pending&runId={runId}")).Json.GetProperty("value").EnumerateArray());
        return await host.PostAsync($"/api/approvals/{asked.GetProperty("id").GetString()}/decision", decision);
    }

    /// <summary>Until the run ends or waits for a person.</summary>
    public static async Task<JsonElement> RestAsync(this ContractHost host, string id)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var run = await host.RunAsync(id);
            var waiting = run.GetProperty("customStatus") is { ValueKind: JsonValueKind.Object } status && status.TryGetProperty("waitingFor", out var w)
                && w.ValueKind == JsonValueKind.String ? w.GetString()! : "retry";
            if (run.GetProperty("runtimeStatus").GetString() is not ("Pending" or "Running") || !waiting.StartsWith("retry", StringComparison.Ordinal))
            {
                return run;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < Limit, $"still {run}");
            await Task.Delay(20);
        }
    }
}
