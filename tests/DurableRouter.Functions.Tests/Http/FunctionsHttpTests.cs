using DurableRouter.Core.Errors;
using DurableRouter.Functions.Tests.Host;
using DurableRouter.Http;
using DurableRouter.Tests.Http;
using DurableRouter.Tests.Shared;

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

    /// <summary>Forwarded addresses are the Functions host's own, or the caller's choice; the platform's header is neither.</summary>
    [Fact]
    public async Task ForgedLinks_AreCountedByTheAddressThatThePlatformNames()
    {
        var installation = await Installation.CreateAsync(new VirtualClock());
        installation.Settings[Settings.ClientAddressHeader] = "CLIENT-IP";
        await using var host = await installation.StartAsync();

        for (var port = 1; port <= 30; port++)
        {
            (await TryAsync($"198.51.100.9:{port}", $"203.0.113.{port}")).IsProblem(404, "approval_not_found");
        }

        (await TryAsync("198.51.100.9:31", "203.0.113.31")).IsProblem(429, "too_many_attempts");
        (await TryAsync("198.51.100.10:1", "203.0.113.1")).IsProblem(404, "approval_not_found");
        (await TryAsync("[2001:db8::1]:1", "203.0.113.1")).IsProblem(404, "approval_not_found");

        Task<Reply> TryAsync(string client, string forwarded) => host.GetAsync("/api/approvals/apr-00000000000000000000000000000000",
            ("Authorization", "Bearer apt_forged"), ("CLIENT-IP", client), ("X-Forwarded-For", forwarded));
    }

    /// <summary>As on a developer's machine: an address that a caller may choose is none, so all share the count.</summary>
    [Fact]
    public async Task ForgedLinks_WhereNobodyNamesAddresses_AreCountedTogether()
    {
        await using var host = await (await Installation.CreateAsync(new VirtualClock())).StartAsync();
        var last = 0;
        for (var caller = 1; caller <= 31; caller++)
        {
            last = (await host.GetAsync("/api/approvals/apr-00000000000000000000000000000000", ("Authorization", "Bearer apt_forged"),
                ("CLIENT-IP", $"198.51.100.{caller}"), ("X-Forwarded-For", $"203.0.113.{caller}"))).Status;
        }

        Assert.Equal(429, last);
    }

    [Fact]
    public async Task Keyless_NotAllowed_TheAppDoesNotStart()
    {
        var installation = await Installation.CreateAsync();
        installation.Settings.Remove(Settings.Keyless);

        var refused = await Assert.ThrowsAsync<DurableRouterException>(() => installation.StartAsync());

        Assert.Equal(ErrorCodes.ConfigInvalid, refused.Code);
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
