using System.Text.Json;
using DurableRouter.Tests.Http;

namespace DurableRouter.Tests.Systems;

/// <summary>What tests ask the HTTP interface about a run.</summary>
static class RunApi
{
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
}
