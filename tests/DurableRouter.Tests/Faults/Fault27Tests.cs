using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Systems;

namespace DurableRouter.Tests.Faults;

/// <summary>Fault 27: a reply that names another model than was asked for. Both names are recorded; where the entry says what it must be, it is no answer.</summary>
public sealed class Fault27Tests
{
    [Theory]
    [InlineData("asked", "asked", true)]
    [InlineData("asked", "asked-2026-11-01", true)]
    [InlineData("asked", "other", false)]
    [InlineData("asked", "asked2", false)]
    [InlineData(null, "other", true)]
    public async Task Fault27_ReplyOfAnotherModel_IsNoAnswerWhereTheEntryNamesTheModel(string? modelEcho, string told, bool stands)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(call =>
            FakeReply.Json(FakeReply.Completion("""{"answer":"late","confidence":0.9}""", call.Model == "first" ? told : call.Model)));
        await using var host = await ChainHost.StartAsync(endpoint.Address,
            $"{ChainHost.Model("first", more: $"stream: false, retries: {{ attempts: 1 }}{(modelEcho is null ? "" : ", modelEcho: " + modelEcho)}")}\n"
            + ChainHost.Model("second", more: "stream: false, retries: { attempts: 1 }"),
            ChainHost.Routing(ChainHost.Family("{ models: [first, second] }", "{ last: fail }")));

        var id = await host.FinishAsync("work");

        Assert.Equal("Completed", (await host.RunAsync(id)).GetProperty("runtimeStatus").GetString());
        var attempts = await host.AttemptsAsync(id);
        Assert.Equal(("first", told), (attempts[0].GetProperty("model").GetString(), attempts[0].GetProperty("modelEcho").GetString()));
        Assert.True(attempts[0].GetProperty("costUsd").GetDecimal() > 0, "it was billed all the same");
        Assert.Equal(stands ? ["first"] : ["first", "second"], attempts.Select(a => a.GetProperty("model").GetString()));
        if (!stands)
        {
            Assert.Equal(("model_mismatch", $"the reply says that it is of {told}; asked was asked for"),
                (attempts[0].GetProperty("failureCode").GetString(), attempts[0].GetProperty("failureMessage").GetString()));
        }
    }
}
