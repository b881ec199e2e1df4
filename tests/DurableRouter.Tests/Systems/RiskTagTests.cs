using System.Text.Json;

namespace DurableRouter.Tests.Systems;

/// <summary>Risk fails closed: only an empty list means that there is none, and what a classifier says in another form never takes care away.</summary>
public sealed class RiskTagTests
{
    const string Risky = """
            risk: { high: { guard: strict, tier: powerful }, legal: { tier: balanced } }
            fallback: { direction: up, last: fail }
        """;

    const string Sure = """{"category":"letter","complexity":2,"confidence":0.9,"risk":RISK}""";

    [Theory]
    [InlineData("[]", "swift-1", false)]
    [InlineData("""["legal"]""", "steady-1", false)]
    [InlineData("""["high"]""", "deep-1", false)]
    [InlineData("""["High"]""", "deep-1", false)]
    [InlineData("""["high ", "LEGAL"]""", "deep-1", false)]
    [InlineData("\"high\"", "deep-1", false)]
    [InlineData("\"legal, high\"", "deep-1", false)]
    [InlineData("""["high-risk"]""", "deep-1", true)]
    [InlineData("""["none"]""", "deep-1", true)]
    [InlineData("\"none\"", "deep-1", true)]
    [InlineData("\"\"", "deep-1", true)]
    [InlineData("""["legal", "danger"]""", "deep-1", true)]
    [InlineData("[1]", "deep-1", true)]
    [InlineData("null", "deep-1", true)]
    [InlineData("false", "deep-1", true)]
    [InlineData("{}", "deep-1", true)]
    public async Task Risk_InAnyForm_GuardsWhatItShould(string risk, string model, bool invalid)
    {
        var run = await RunAsync(Sure.Replace("RISK", risk));

        Assert.Equal([model], run.Models("work"));
        Assert.Equal(invalid, run.Attempts("sort")[0].TryGetProperty("routerInvalid", out _));
        Assert.Single(run.Attempts("sort"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("    default: letter")]
    public async Task Risk_LeftOut_CountsAsAllDeclaredTags(string keys)
    {
        var run = await RunAsync("""{"category":"letter","complexity":2,"confidence":0.9}""", keys);

        Assert.Equal(["deep-1"], run.Models("work"));
        Assert.Contains("high, legal", run.Attempts("sort")[0].GetProperty("checks").EnumerateArray().Single(c => !c.GetProperty("passed").GetBoolean())
            .GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    /// <summary>A label that the step falls back on may choose the route; it takes nothing from the care.</summary>
    [Theory]
    [InlineData("banana", "deep-1", true)]
    [InlineData("letter", "deep-1", true)]
    [InlineData("""{"category":"banana","complexity":2,"confidence":0.9,"risk":[]}""", "swift-1", true)]
    [InlineData("""{"category":"letter","complexity":"high","confidence":0.9,"risk":["legal"]}""", "steady-1", true)]
    [InlineData("""{"category":"letter","complexity":"2","confidence":"0.9","risk":"high"}""", "deep-1", false)]
    public async Task Default_KeepsTheRiskThatIsSaid(string said, string model, bool invalid)
    {
        var run = await RunAsync(said, "    default: letter");

        Assert.Equal([model], run.Models("work"));
        Assert.Equal(invalid, run.Attempts("sort")[0].TryGetProperty("routerInvalid", out _));
    }

    [Theory]
    [InlineData("\"low\"", false)]
    [InlineData("95", false)]
    [InlineData("\"0.9\"", true)]
    public async Task Default_DoesNotPassAConfidenceThatSaysNothing(string confidence, bool passes)
    {
        var said = """{"category":"letter","complexity":"2","risk":[],"confidence":CONFIDENCE}""".Replace("CONFIDENCE", confidence);

        var run = await RunAsync(said, "    default: letter\n    checks: [schema, { confidence: { of: confidence, atLeast: 0.5 } }]");

        Assert.Equal(passes ? "ok" : "failed", run.Attempts("sort")[0].GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task DeclaredTags_StandInPromptAndSchema()
    {
        await using var endpoint = await SystemFiles.EndpointAsync(_ => Sure.Replace("RISK", "[]"));
        await using var host = await StartAsync(endpoint.Address, "    riskRules: [{ tag: money, contains: [EUR] }]");

        await host.RunAsync("work", new { text = "Acme Ltd shall pay 500 EUR." });

        var call = endpoint.Calls[0].Request;
        Assert.Contains("Risk tags: high, legal, money.", call.GetProperty("messages")[0].GetProperty("content").GetString(), StringComparison.Ordinal);
        var items = call.GetProperty("response_format").GetProperty("json_schema").GetProperty("schema").GetProperty("properties").GetProperty("risk").GetProperty("items");
        Assert.Equal(["high", "legal", "money"], items.GetProperty("enum").EnumerateArray().Select(tag => tag.GetString()));
    }

    [Fact]
    public async Task Tag_ThatATriggerNames_AsksAPerson_InAnyCase()
    {
        await using var endpoint = await SystemFiles.EndpointAsync(_ => Sure.Replace("RISK", """["HIGH"]"""));
        var (file, pipeline) = SystemFiles.SortedWork();
        await using var host = await SystemHost.StartAsync(SystemFiles.Models(endpoint.Address), SystemFiles.Routing("{ tier: fast }", Risky),
            (file, pipeline.Replace("    maxOutputTokens: 500\n", "    maxOutputTokens: 500\n    approval: { when: [{ risk: high }], group: reviewers, timeout: 24h }\n", StringComparison.Ordinal)));

        var started = await host.PostAsync("/api/pipelines/work/runs", JsonSerializer.Serialize(new { input = new { text = "Please answer this letter." } }), ("Prefer", "wait=30"));

        var run = (await host.GetAsync($"/api/runs/{started.Json.GetProperty("id").GetString()}")).Json;
        Assert.StartsWith("approval ", run.GetProperty("customStatus").GetProperty("waitingFor").GetString(), StringComparison.Ordinal);
    }

    static async Task<SystemRun> RunAsync(string said, string keys = "")
    {
        await using var endpoint = await SystemFiles.EndpointAsync(_ => said);
        await using var host = await StartAsync(endpoint.Address, keys);
        return await host.RunAsync("work", new { text = "Please answer this letter." });
    }

    static Task<SystemHost> StartAsync(Uri endpoint, string keys) => SystemHost.StartAsync(SystemFiles.Models(endpoint), SystemFiles.Routing("{ tier: fast }", Risky),
        SystemFiles.SortedWork(sort: keys));
}
