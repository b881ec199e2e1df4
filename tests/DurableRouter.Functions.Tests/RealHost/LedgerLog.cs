using System.Text.Json;
using DurableRouter.Simulation.Server;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>Compares what the app wrote down with what the models' endpoint saw.</summary>
static class LedgerLog
{
    /// <summary>Each call that reached the endpoint has its row, and none was made twice under one attempt's key.</summary>
    public static async Task MatchesAsync(RunningApp app, FakeModelEndpoint endpoint, params IEnumerable<string> runs)
    {
        var begun = endpoint.Calls.Select(call => call.Key!).Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(begun.Distinct(), begun);
        var rows = new List<JsonElement>();
        foreach (var run in runs)
        {
            rows.AddRange(await app.LedgerAsync(run));
        }

        Assert.Equal(begun, rows.Select(row => row.GetProperty("key").GetString()!).Order(StringComparer.Ordinal));
    }
}
