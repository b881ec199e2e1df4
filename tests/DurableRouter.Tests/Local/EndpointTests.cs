using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Local;

/// <summary>The program against an OpenAI-compatible endpoint that its configuration names.</summary>
public sealed class EndpointTests
{
    const string Letter = "Dear Ms Arden, thank you for the parcel of seeds. Please send the list of plants by 4 May 2027. Kind regards, Tom Belling";

    [Fact]
    public async Task Run_OpenAICompatibleEndpoint_CompletesAndIsNotSimulated()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        using var cli = Configured(endpoint);

        var result = await cli.RunAsync("run", "--input", cli.Write("letter.txt", Letter), "--json");

        Assert.True(result.ExitCode == 0, result.ToString());
        var attempts = result.Json.GetProperty("ledger").GetProperty("attempts").EnumerateArray().ToList();
        Assert.Equal(endpoint.Calls.Select(c => c.Key), attempts.Select(a => a.GetProperty("key").GetString()));
        Assert.All(attempts, a => Assert.False(a.GetProperty("simulated").GetBoolean()));
    }

    [Theory]
    [InlineData("429", "rate_limited")]
    [InlineData("500", "upstream_error")]
    [InlineData("hang", "first_byte_timeout")]
    [InlineData("json", "invalid_json")]
    public async Task Run_FirstModelFails_FallsBackAndListsEveryAttempt(string fault, string code)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => call.Model != "first" ? SaneReplies.For(call) : fault switch
        {
            "429" => FakeReply.Error(429, "slow down", "rate_limit_exceeded"),
            "500" => FakeReply.Error(500, "broken"),
            "hang" => FakeReply.Hang(),
            _ => FakeReply.Answer(call, "{\"category\": "),
        });
        using var cli = Configured(endpoint, fault == "hang" ? "5s" : "10m");

        var result = await cli.RunAsync("run", "--input", cli.Write("letter.txt", Letter), "--json");

        Assert.True(result.ExitCode == 0, result.ToString());
        var ledger = result.Json.GetProperty("ledger");
        var classify = ledger.GetProperty("attempts").EnumerateArray().Where(a => a.GetProperty("step").GetString() == "classify").ToList();
        Assert.Equal("first", classify[0].GetProperty("model").GetString());
        Assert.Equal("failed", classify[0].GetProperty("outcome").GetString());
        Assert.Equal(code, classify[0].GetProperty("failureCode").GetString());
        Assert.Equal("second", classify[^1].GetProperty("model").GetString());
        Assert.Equal("ok", classify[^1].GetProperty("outcome").GetString());
        Assert.True(ledger.GetProperty("fallbackUsed").GetBoolean());
        Assert.Equal(endpoint.Calls.Count, ledger.GetProperty("attempts").GetArrayLength());
    }

    /// <param name="patience">For the first byte of the first model. The others have time, however slow the machine is.</param>
    static Cli Configured(FakeModelEndpoint endpoint, string patience = "10m")
    {
        var folder = Directory.CreateTempSubdirectory("durable-router-config-").FullName;
        var cli = new Cli { Config = Path.Combine(folder, "config") };
        Directory.CreateDirectory(Path.Combine(cli.Config, "pipelines"));
        File.Copy(Path.Combine(AppContext.BaseDirectory, "config", "pipelines", "document.yaml"), Path.Combine(cli.Config, "pipelines", "document.yaml"));
        File.WriteAllText(Path.Combine(cli.Config, "routing.yaml"), """
            default: document
            families:
              document:
                steps:
                  classify: { tier: fast }
                  extract: { tier: fast }
                  reason: { tier: powerful }
                  verify: { tier: fast, differentModelThan: reason }
                fallback: { direction: up, crossProvider: true, allowDowngrade: false, last: fail }
            budgets: { perRun: 5 }
            """);
        File.WriteAllText(Path.Combine(cli.Config, "models.yaml"), $$"""
            asOf: 2026-11-01
            providers:
              local: { kind: openai, endpoint: "{{endpoint.Address}}", residency: local }
            models:
            {{Model("first", "fast", patience)}}
            {{Model("second", "fast")}}
            {{Model("third", "powerful")}}
            """);
        return cli;
    }

    static string Model(string name, string tier, string patience = "10m") => $$"""
          {{name}}:
            provider: local
            tier: {{tier}}
            price: { input: 0.10, cachedInput: 0.02, output: 0.40, source: "made up for a test" }
            limits: { context: 128000, output: 32000 }
            capabilities: { structuredOutput: true }
            timeouts: { firstByte: {{patience}}, idle: 10m, total: 10m }
            retries: { attempts: 1 }
        """;
}
