using DurableRouter.Functions.Tests.Host;
using DurableRouter.Http;
using DurableRouter.Tests.Http;

namespace DurableRouter.Functions.Tests.Http;

/// <summary>The contract over the Functions app.</summary>
public sealed class FunctionsHttpTests : HttpContractTests
{
    /// <summary>Each start is several requests to the one Azurite.</summary>
    protected override int ManyAtOnce => 100;

    /// <summary>The Functions host stands between callers and this process, and says for whom it speaks.</summary>
    [Fact]
    public async Task Keyless_ThroughTheFunctionsHost_IsThisMachineOnly()
    {
        await using var host = await OpenAsync();

        var reply = await host.GetAsync("/api/runs", [.. Forwarded("127.0.0.1")]);
        Assert.Equal(200, reply.Status);
        (await host.GetAsync("/api/runs", [.. Forwarded("203.0.113.7")])).IsProblem(401, "unauthenticated");
        (await host.GetAsync("/api/runs", [.. Forwarded("127.0.0.1, 203.0.113.7")])).IsProblem(401, "unauthenticated");
    }

    [Fact]
    public async Task Links_ThroughTheFunctionsHost_AreTheAddressThatTheCallerUsed()
    {
        await using var host = await OpenAsync();

        var started = await host.PostAsync("/api/pipelines/quick/runs", """{"input":{"text":"a"}}""", [.. Forwarded("127.0.0.1")]);

        Assert.StartsWith("http://localhost:7071/api/runs/run-", started.Json.GetProperty("statusQueryGetUri").GetString());
    }

    /// <summary>Who is used to the keys of Functions puts one into the query, where ours are not looked for.</summary>
    [Fact]
    public async Task Query_StandsInNoLog()
    {
        using var logs = new LogLines();
        await using var host = await (await Installation.CreateAsync(logs: logs)).StartAsync();

        await host.GetAsync("/api/runs?code=TOP-SECRET");
        await host.GetAsync("/api/nowhere?code=TOP-SECRET");

        Assert.NotEmpty(logs.Lines);
        Assert.DoesNotContain(logs.Lines, l => l.Contains("TOP-SECRET", StringComparison.Ordinal));
    }

    protected override async Task<ContractHost> OpenAsync(Action<RouterApiOptions>? configure = null) =>
        await (await Installation.CreateAsync()).StartAsync(configure);

    static IEnumerable<(string Name, string Value)> Forwarded(string caller) =>
        [("X-Forwarded-For", caller), ("X-Forwarded-Host", "localhost:7071"), ("X-Forwarded-Proto", "http")];
}
