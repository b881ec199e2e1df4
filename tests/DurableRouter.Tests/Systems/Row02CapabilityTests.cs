using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Systems;

/// <summary>Row 2: reasoning depth, context, reliability with tools and latency decide, not the price alone.</summary>
public sealed class Row02CapabilityTests
{
    /// <summary>300,000 tokens: of single letters, which tokenizers don't join, and of signs for a tokenizer that counts them one by one.</summary>
    [Theory]
    [InlineData("x ")]
    [InlineData("~")]
    public async Task LongInput_NeverReachesASmallWindow_EvenAsAFallback(string token)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => call.Model == "wide" ? FakeReply.Error(500, "broken") : SaneReplies.For(call));
        await using var host = await SystemHost.StartAsync(Models(endpoint.Address), SystemFiles.Routing("{ tier: fast }"), SystemFiles.Work());

        var run = await host.RunAsync("work", new { text = string.Concat(Enumerable.Repeat(token, 300_000)) });

        Assert.Equal("Failed", run.Status);
        Assert.Equal(["wide"], endpoint.Calls.Select(c => c.Model));
        Assert.Equal(["wide"], run.Candidates("work"));
        Assert.StartsWith("context 128000 is below ", run.Rejection("work", "narrow"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task LongInput_ThatNoWindowHolds_FailsWithTheSizesBeforeAnyCall()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        await using var host = await SystemHost.StartAsync(Models(endpoint.Address), SystemFiles.Routing("{ models: [narrow] }"), SystemFiles.Work());

        var run = await host.RunAsync("work", new { text = string.Concat(Enumerable.Repeat("x ", 300_000)) });

        Assert.Equal("Failed", run.Status);
        Assert.Contains("context 128000 is below ", run.Run.GetRawText(), StringComparison.Ordinal);
        Assert.Empty(endpoint.Calls);
    }

    [Theory]
    [InlineData("{ tier: fast }", "extract", "narrow")]
    [InlineData("{ tier: fast, minReasoning: 2 }", "extract", "wide")]
    [InlineData("{ tier: fast, minReasoning: 4 }", "reason", "deep")]
    [InlineData("{ tier: fast, minToolReliability: 3 }", "generate", "handy")]
    [InlineData("{ tier: fast, structuredOutput: true }", "extract", "wide")]
    [InlineData("{ tier: balanced, latency: { target: 5s } }", "generate", "handy")]
    [InlineData("{ tier: balanced, latency: { target: 30s } }", "generate", "slow")]
    public async Task Demand_IsServedByTheCheapestThatMeetsIt(string route, string kind, string model)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SystemFiles.Answer);
        await using var host = await SystemHost.StartAsync(Models(endpoint.Address), SystemFiles.Routing(route), SystemFiles.Work(kind));

        var run = await host.RunAsync("work", new { text = "Acme Ltd shall pay 500 EUR." });

        Assert.Equal([model], run.Models());
        Assert.Equal([model], endpoint.Calls.Select(c => c.Model));
    }

    [Theory]
    [InlineData("{ models: [narrow], structuredOutput: true }", 500, "narrow: doesn't enforce a schema itself")]
    [InlineData("{ models: [wide], minToolReliability: 1 }", 500, "wide: takes no tools")]
    [InlineData("{ models: [handy], minToolReliability: 5 }", 500, "handy: tool reliability 4 is below 5")]
    [InlineData("{ models: [narrow], minReasoning: 2 }", 500, "narrow: reasoning 1 is below 2")]
    [InlineData("{ models: [narrow] }", 9_000, "narrow: output limit 8000 is below 9000")]
    [InlineData("{ models: [tiny] }", 500, "tiny: context 600 is below ")]
    [InlineData("{ byTask: { code: [tiny], default: fast } }", 500, "tiny: context 600 is below ")]
    [InlineData("{ byComplexity: { 1-2: [tiny], 3-5: fast } }", 500, "tiny: context 600 is below ")]
    [InlineData("{ byScore: { of: input.text, strong: [tiny], middle: fast, cheap: fast } }", 500, "tiny: context 600 is below ")]
    public void Route_ThatNoCandidateCouldServe_IsRefusedAtStartWithEveryReason(string route, int output, string reason)
    {
        var (file, models) = Models(new Uri("http://127.0.0.1:1/v1"));
        var (pipelineFile, pipeline) = SystemFiles.Work(more: "task: input.task", input: "text: { type: string }, task: { enum: [code, other], type: string }");

        var problem = Assert.Single(SystemHost.Load(
            (file, models + $"  tiny: {{ provider: north, tier: fast, {SystemFiles.Price(0.1m)}, {SystemFiles.Limits(context: 600, output: 500)} }}\n"),
            SystemFiles.Routing(route), (pipelineFile, pipeline.Replace("maxOutputTokens: 500", $"maxOutputTokens: {output}", StringComparison.Ordinal))).Problems).ToString();

        Assert.StartsWith("pipelines/work.yaml:5: no model can serve step 'work' (", problem, StringComparison.Ordinal);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Candidate_ThatCanNotServe_IsPassedOverAndExplained()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SystemFiles.Answer);
        await using var host = await SystemHost.StartAsync(Models(endpoint.Address), SystemFiles.Routing("{ models: [narrow, wide, handy], minToolReliability: 2 }"), SystemFiles.Work());

        var run = await host.RunAsync("work", new { text = "Acme Ltd shall pay 500 EUR." });

        Assert.Equal(["handy"], run.Models());
        Assert.Equal("takes no tools", run.Rejection("work", "narrow"));
        Assert.Equal("takes no tools", run.Rejection("work", "wide"));
        Assert.Equal("not among the explicit models", run.Rejection("work", "deep"));
    }

    static (string, string) Models(Uri endpoint) => ("models.yaml", $$"""
        asOf: 2026-11-01
        providers:
          north: { kind: openai, endpoint: "{{endpoint}}" }
        models:
          narrow: { provider: north, tier: fast, {{SystemFiles.Price(0.1m)}}, {{SystemFiles.Limits(context: 128_000)}}, capabilities: { reasoning: 1 } }
          wide: { provider: north, tier: fast, {{SystemFiles.Price(0.4m)}}, {{SystemFiles.Limits()}}, capabilities: { structuredOutput: true, reasoning: 2 } }
          slow: { provider: north, tier: balanced, {{SystemFiles.Price(1)}}, {{SystemFiles.Limits(context: 128_000)}}, capabilities: { reasoning: 3, latency: high } }
          handy: { provider: north, tier: balanced, {{SystemFiles.Price(2)}}, {{SystemFiles.Limits(context: 128_000)}}, capabilities: { tools: true, toolReliability: 4, reasoning: 3 } }
          deep: { provider: north, tier: powerful, {{SystemFiles.Price(5)}}, {{SystemFiles.Limits(context: 128_000)}}, capabilities: { reasoning: 5 } }

        """);
}
