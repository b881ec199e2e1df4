using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Tests.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DurableRouter.Functions.Tests.Host;

/// <summary>One process of the Functions app, as its callers see it.</summary>
sealed class FunctionsHost(WorkerProcess process) : ContractHost(process.Address)
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public WorkerProcess Process => process;

    /// <summary>Waits until the run has ended, and gives it as the interface shows it.</summary>
    public async Task<JsonElement> EndAsync(string runId)
    {
        var runs = process.Services.GetRequiredService<IRunClient>();
        using var limit = new CancellationTokenSource(Patience);
        while ((await runs.WaitAsync(runId, Patience, limit.Token))?.Status.IsTerminal() != true)
        {
            await Task.Delay(20, limit.Token); // it rests at an approval that has been decided
        }

        return (await GetAsync($"/api/runs/{runId}")).Json;
    }

    public override async ValueTask DisposeAsync()
    {
        CloseClient();
        await process.DisposeAsync();
    }
}
