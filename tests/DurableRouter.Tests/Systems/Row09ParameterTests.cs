using System.Text.Json;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Systems;

/// <summary>Row 9: a provider's parameters stand in the catalog and reach that provider alone; prompts name role and task, never a model.</summary>
public sealed class Row09ParameterTests
{
    [Fact]
    public async Task Parameters_OfOneModel_NeverReachAnotherProvider()
    {
        await using var north = await FakeModelEndpoint.StartAsync(_ => FakeReply.Error(500, "broken"));
        await using var south = await FakeModelEndpoint.StartAsync(SystemFiles.Answer);
        await using var host = await SystemHost.StartAsync(("models.yaml", $$"""
            asOf: 2026-11-01
            providers:
              north: { kind: openai, endpoint: "{{north.Address}}" }
              south: { kind: openai, endpoint: "{{south.Address}}" }
            models:
              first: { provider: north, tier: fast, {{SystemFiles.Price(0.1m)}}, {{SystemFiles.Limits()}}, params: { top_k: 40, thinking: { budget: 100 } } }
              second: { provider: south, tier: fast, {{SystemFiles.Price(0.2m)}}, {{SystemFiles.Limits()}}, params: { reasoning_effort: low } }

            """), SystemFiles.Routing("{ tier: fast }"), SystemFiles.Work());

        var run = await host.RunAsync("work", new { text = "Please answer." });

        Assert.Equal(["first", "second"], run.Models());
        var (asked, answered) = (Assert.Single(north.Calls).Request, Assert.Single(south.Calls).Request);
        Assert.Equal(40, asked.GetProperty("top_k").GetInt32());
        Assert.Equal(100, asked.GetProperty("thinking").GetProperty("budget").GetInt32());
        Assert.False(asked.TryGetProperty("reasoning_effort", out _));
        Assert.Equal("low", answered.GetProperty("reasoning_effort").GetString());
        Assert.False(answered.TryGetProperty("top_k", out _));
        Assert.False(answered.TryGetProperty("thinking", out _));
    }

    [Theory]
    [InlineData("Answer as Claude would.", "as Claude")]
    [InlineData("You are GPT-4, a helpful model.", "You are GPT-4")]
    [InlineData("Work like swift-1 does.", "swift-1")]
    [InlineData("Answer as if you were an Anthropic Claude 4.", "as if you were an Anthropic Claude 4")]
    [InlineData("Pretend to be ChatGPT and be brief.", "Pretend to be ChatGPT")]
    public async Task Instructions_ThatNameAModel_AreRefusedWithTheLine(string instructions, string named)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        var (file, pipeline) = SystemFiles.Work();
        var naming = pipeline.Replace("Say what the text is about.", instructions, StringComparison.Ordinal);
        var wanted = $"instructions of step 'work' name a model ('{named}'); name the role and the task, any model may get the step";
        var line = 1 + Array.FindIndex(naming.Split('\n'), l => l.Contains("instructions:", StringComparison.Ordinal));

        var problem = Assert.Single(SystemHost.Load(SystemFiles.Models(endpoint.Address), SystemFiles.Routing("{ tier: fast }"), (file, naming)).Problems);
        Assert.Equal($"{file}:{line}: {wanted}", problem.ToString());

        await using var host = await SystemHost.StartAsync(SystemFiles.Models(endpoint.Address), SystemFiles.Routing("{ tier: fast }"), (file, pipeline));
        var reply = await host.PostAsync("/api/pipelines/validate", JsonSerializer.Serialize(new { yaml = naming }));
        Assert.False(reply.Json.GetProperty("valid").GetBoolean());
        Assert.Contains(wanted, reply.Json.GetProperty("errors")[0].GetRawText().Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>A text may well be about somebody who is called like a model.</summary>
    [Theory]
    [InlineData("Find what Claude Dupont owes Gemini Ltd, and say who signed as a witness.")]
    [InlineData("Extract the gemstones: opal, llama wool and mistral winds are none.")]
    [InlineData("Name the swift.")]
    public void Instructions_ThatAreAboutNames_AreFine(string instructions)
    {
        var (file, pipeline) = SystemFiles.Work();

        Assert.Empty(SystemHost.Load(SystemFiles.Models(new Uri("http://127.0.0.1:1/v1")), SystemFiles.Routing("{ tier: fast }"),
            (file, pipeline.Replace("Say what the text is about.", $"'{instructions}'", StringComparison.Ordinal))).Problems);
    }

    [Fact]
    public async Task Prompt_OfEveryModel_IsTheSame()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => call.Model.StartsWith("swift", StringComparison.Ordinal) ? FakeReply.Error(500, "broken") : SaneReplies.For(call));
        await using var host = await SystemHost.StartAsync(SystemFiles.Models(endpoint.Address), SystemFiles.Routing("{ tier: fast }"), SystemFiles.Work());

        await host.RunAsync("work", new { text = "Please answer." });

        Assert.Equal(["swift-1", "swift-2", "steady-1"], endpoint.Calls.Select(c => c.Model));
        Assert.Single(endpoint.Calls.Select(SystemFiles.System).Distinct());
        Assert.StartsWith("Step role: reason\n", SystemFiles.System(endpoint.Calls[0]), StringComparison.Ordinal);
    }
}
