using System.Net.Sockets;
using System.Text;
using DurableRouter.Http.Access;
using DurableRouter.Http.Endpoints;

namespace DurableRouter.Tests.Http;

public abstract partial class HttpContractTests
{
    /// <summary>Every route against every role: 401 and 403 come before anything is looked up, so an unknown id tells allowed from refused.</summary>
    [Fact]
    public async Task Access_EveryRoute_FollowsTheRoleTable()
    {
        ApiRole[] roles = [ApiRole.Viewer, ApiRole.Runner, ApiRole.Approver, ApiRole.Operator, ApiRole.Admin];
        await using var host = await OpenAsync(o =>
        {
            foreach (var role in roles)
            {
                o.Keys.Add(new ApiKey(role.ToString(), ApiKey.HashOf(role + "-key"), role));
            }
        });
        foreach (var route in Routes.All)
        {
            var path = route.Template.Replace("{id}", "run-0190f0a0-0000-7000-8000-000000000000").Replace("{name}", "unknown");
            var open = route.Role == ApiRole.None; // or its message carries a signature, and 401 speaks of that
            Assert.Equal(!open, (await SendAsync(route, path, null)).Code == "unauthenticated");
            Assert.Equal(!open, (await SendAsync(route, path, ("x-functions-key", "wrong"))).Code == "unauthenticated");
            foreach (var role in roles)
            {
                var allowed = open || route.Role == ApiRole.Viewer || role == route.Role || role == ApiRole.Admin;
                var byHeader = await SendAsync(route, path, ("x-functions-key", role + "-key"));
                var byBearer = await SendAsync(route, path, ("Authorization", "Bearer " + role + "-key"));
                Assert.True(allowed == byHeader.Code is not ("unauthenticated" or "forbidden"), $"{role} {route.Verb} {route.Template}: {byHeader}");
                Assert.Equal(byHeader, byBearer);
            }
        }

        async Task<(int Status, string? Code)> SendAsync(ApiRoute route, string path, (string, string)? header)
        {
            var reply = await host.SendAsync(new HttpMethod(route.Verb), path, null, header is { } h ? [h] : []);
            return (reply.Status, reply.Status is 401 or 403 ? reply.Json.GetProperty("code").GetString() : null);
        }
    }

    [Fact]
    public async Task Access_NoKeyGiven_SaysHow()
    {
        await using var host = await OpenAsync(o => o.Keys.Add(new ApiKey("ada", ApiKey.HashOf("ada-key"), ApiRole.Viewer)));
        var reply = (await host.GetAsync("/api/runs")).IsProblem(401, "unauthenticated");
        Assert.Equal("Bearer", reply.Header("WWW-Authenticate"));
        (await host.PostAsync("/api/runs", Hello, ("x-functions-key", "ada-key"))).IsProblem(403, "forbidden");
    }

    [Fact]
    public async Task Access_IdempotencyKeys_BelongToTheirCaller()
    {
        await using var host = await OpenAsync(o =>
        {
            o.Keys.Add(new ApiKey("ada", ApiKey.HashOf("ada-key"), ApiRole.Runner));
            o.Keys.Add(new ApiKey("bob", ApiKey.HashOf("bob-key"), ApiRole.Runner));
        });
        var ada = await host.StartAsync("quick", "x", ("Idempotency-Key", "k"), ("x-functions-key", "ada-key"));
        var bob = await host.StartAsync("quick", "x", ("Idempotency-Key", "k"), ("x-functions-key", "bob-key"));
        Assert.NotEqual(ada, bob);
    }

    [Fact]
    public async Task Keyless_LoopbackSwitchedOff_RefusesEverybody()
    {
        await using var host = await OpenAsync(o => o.AllowKeylessLoopback = false);
        (await host.GetAsync("/api/runs")).IsProblem(401, "unauthenticated");
        Assert.Equal(200, (await host.GetAsync("/healthz")).Status);
    }

    [Fact]
    public virtual async Task Keyless_BehindAProxy_RefusesEverybody()
    {
        await using var host = await OpenAsync();
        (await host.GetAsync("/api/runs", ("X-Forwarded-For", "203.0.113.7"))).IsProblem(401, "unauthenticated");
        (await host.GetAsync("/api/runs", ("Forwarded", "for=203.0.113.7"))).IsProblem(401, "unauthenticated");
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST:99", true)]
    [InlineData("127.0.0.1:5080", true)]
    [InlineData("[::1]:5080", true)]
    [InlineData("rebound.example", false)]
    [InlineData("localhost.example", false)]
    [InlineData("127.0.0.1.example:80", false)]
    public async Task Keyless_HostHeader_MustNameThisMachine(string name, bool allowed)
    {
        await using var host = await OpenAsync();
        var reply = await host.GetAsync("/api/runs", ("Host", name));
        if (allowed)
        {
            Assert.Equal(200, reply.Status);
        }
        else
        {
            reply.IsProblem(403, "host_not_allowed");
        }
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task Browser_AnotherOrigin_ChangesNothing(string header, string value)
    {
        await using var host = await OpenAsync();
        var (run, approval) = await host.HoldAsync();
        (await host.PostAsync("/api/pipelines/quick/runs", Hello, (header, value))).IsProblem(403, "origin_not_allowed");
        (await host.PostAsync($"/api/approvals/{approval}/decision", """{"decision":"approved"}""", (header, value))).IsProblem(403, "origin_not_allowed");
        (await host.PostAsync($"/api/runs/{run}/terminate", null, (header, value))).IsProblem(403, "origin_not_allowed");
        (await host.SendAsync(HttpMethod.Delete, $"/api/runs/{run}", null, (header, value))).IsProblem(403, "origin_not_allowed");
        Assert.Equal(202, (await host.GetAsync($"/api/runs/{run}")).Status);
    }

    [Fact]
    public async Task Browser_OwnOrigin_Works()
    {
        await using var host = await OpenAsync();
        var origin = host.Address.GetLeftPart(UriPartial.Authority);
        Assert.Equal(202, (await host.PostAsync("/api/pipelines/quick/runs", Hello, ("Origin", origin), ("Sec-Fetch-Site", "same-origin"))).Status);
    }

    [Theory]
    [InlineData("/api/runs/..%2f..%2fetc")]
    [InlineData("/api/runs/%2e%2e/ledger")]
    [InlineData("/api/runs/../ledger")]
    [InlineData("/api/runs/a%5cb")]
    [InlineData("/api/runs/a\\b")]
    [InlineData("/api/runs/a%23b")]
    [InlineData("/api/runs/a#b")]
    [InlineData("/api/runs/a%3fb")]
    [InlineData("/api/runs/a%00b")]
    [InlineData("/api/runs/a%252fb")]
    [InlineData("/api/runs/RUN-1")]
    [InlineData("/api/runs/-run")]
    [InlineData("/api/runs/run_1")]
    [InlineData("/api/approvals/%2e%2e%2f")]
    [InlineData("/api/pipelines/..%2f/runs")]
    [InlineData("/api/runs/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task Ids_ThatArePaths_AreRefused(string target)
    {
        await using var host = await OpenAsync();
        var dots = target.Replace("%2e", ".", StringComparison.Ordinal).Contains("/../", StringComparison.Ordinal);
        var answer = await RawAsync(host, $"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        Assert.StartsWith(dots && DotsAreResolvedBefore ? "HTTP/1.1 404 " : "HTTP/1.1 400 ", answer);
    }

    [Fact]
    public async Task Paths_Unknown_AreProblems()
    {
        await using var host = await OpenAsync();
        (await host.GetAsync("/api/nothing")).IsProblem(404, "not_found");
        (await host.GetAsync("/")).IsProblem(404, "not_found");
        var reply = (await host.SendAsync(HttpMethod.Put, "/api/runs", null)).IsProblem(405, "method_not_allowed");
        Assert.Equal(["GET", "HEAD", "POST"], reply.ContentHeaders.Allow.Order());
    }

    [Fact]
    public virtual async Task Body_LongByItsHeader_IsRefusedBeforeItArrives()
    {
        await using var host = await OpenAsync();
        var answer = await LongBodyAsync(host);
        Assert.StartsWith("HTTP/1.1 413 ", answer);
        Assert.Contains("body_too_large", answer);
    }

    /// <summary>Announces a body and sends none of it but its first letter.</summary>
    protected static Task<string> LongBodyAsync(ContractHost host) => RawAsync(host,
        "POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 900000000\r\n\r\n{");

    static async Task<string> RawAsync(ContractHost host, string request)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        using var client = new TcpClient();
        await client.ConnectAsync(host.Address.Host, host.Address.Port, limit.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), limit.Token);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync(limit.Token);
    }
}
