using DurableRouter.Core.Errors;
using DurableRouter.Http.Health;
using DurableRouter.Http.Problems;
using Microsoft.Extensions.DependencyInjection;

namespace DurableRouter.Tests.Http;

/// <summary>What only a host whose engine can be made to fail shows.</summary>
public sealed class MemoryHostTests
{
    const string Hello = """{"input":{"text":"hello"}}""";

    [Theory]
    [InlineData(ErrorCodes.TooManyRuns, 429, "7")]
    [InlineData(ErrorCodes.StorageBusy, 503, "7")]
    [InlineData(ErrorCodes.StorageFull, 507, "7")]
    public async Task Start_EngineRefuses_AnswersItsCodeAndRetryTime(string code, int status, string retryAfter)
    {
        await using var host = await MemoryHost.StartAsync();
        host.Engine.StartFault = new DurableRouterException(code, "no room now") { RetryAfter = TimeSpan.FromSeconds(6.5) };
        var reply = (await host.PostAsync("/api/pipelines/quick/runs", Hello)).IsProblem(status, code);
        Assert.Equal(retryAfter, reply.Header("Retry-After"));
    }

    [Fact]
    public async Task Start_UnknownException_ShowsNoInternals()
    {
        await using var host = await MemoryHost.StartAsync();
        host.Engine.StartFault = new InvalidOperationException("password=hunter2 in /srv/secret.db");
        var reply = (await host.PostAsync("/api/pipelines/quick/runs", Hello)).IsProblem(500, HttpCodes.InternalError);
        Assert.DoesNotContain("hunter2", reply.Body);
        Assert.DoesNotContain("/srv", reply.Body);
    }

    [Fact]
    public async Task Start_Definition_IsStoredOncePerVersion()
    {
        await using var host = await MemoryHost.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            await host.FinishAsync("quick");
        }

        Assert.Equal(1, host.Engine.Content.Puts);
    }

    [Fact]
    public async Task Get_OutputRemovedByRetention_SaysSo()
    {
        await using var host = await MemoryHost.StartAsync();
        var id = await host.FinishAsync("quick", new string('x', 5000));
        host.Engine.Content.Clear();
        var run = (await host.GetAsync($"/api/runs/{id}")).Json;
        Assert.Equal(System.Text.Json.JsonValueKind.Null, run.GetProperty("output").ValueKind);
        Assert.True(run.GetProperty("outputExpired").GetBoolean());
    }

    [Fact]
    public async Task Readyz_AFailingProbe_IsNamed()
    {
        await using var host = await MemoryHost.StartAsync(more: s => s.AddSingleton<IReadinessProbe>(new Broken()));
        var reply = (await host.GetAsync("/readyz")).IsProblem(503, HttpCodes.NotReady);
        Assert.Contains("the store", reply.Json.GetProperty("detail").GetString());
        Assert.Equal(200, (await host.GetAsync("/healthz")).Status);
    }

    sealed class Broken : IReadinessProbe
    {
        public ValueTask<string?> CheckAsync(CancellationToken cancellationToken) => new("the store does not answer");
    }
}
