using System.Text.Json;
using System.Text.Json.Nodes;
using DurableRouter.Simulation;
using Microsoft.Extensions.AI;

namespace DurableRouter.Bench;

/// <summary>What both sides work on: a document, the model's replies to it, and the catalog that names the endpoint.</summary>
static class Workload
{
    /// <summary>An ordinary note without a risk tag, so that no approval stops the run.</summary>
    public const string Document = """
        MEMO

        To: Operations
        From: Dana Whitfield, Facilities
        Date: 4 March 2026
        Subject: Replacement of the loading dock doors

        Northgate Doors Ltd will replace both doors of the loading dock. The work costs USD 18,400.00 in total and begins on 16 March 2026.
        Operations will clear the dock by 13 March 2026. Northgate Doors Ltd must finish within 10 days of the start.

        Dock staff should use the side entrance on Alder Street during the work. Questions go to Dana Whitfield.
        """;

    public static string Input { get; } = new JsonObject { ["input"] = new JsonObject { ["text"] = Document } }.ToJsonString();

    /// <summary>Copies the shipped configuration and points its routes at the endpoint.</summary>
    public static void WriteConfig(string folder, int port)
    {
        var shipped = Path.Combine(AppContext.BaseDirectory, "config");
        Directory.CreateDirectory(Path.Combine(folder, "pipelines"));
        foreach (var pipeline in Directory.GetFiles(Path.Combine(shipped, "pipelines")))
        {
            File.Copy(pipeline, Path.Combine(folder, "pipelines", Path.GetFileName(pipeline)), overwrite: true);
        }

        string Model(string name, string provider, string tier) => $$"""
              {{name}}:
                provider: {{provider}}
                tier: {{tier}}
                price: { input: 0.10, cachedInput: 0.02, output: 0.40, source: "bench" }
                limits: { context: 1000000, output: 65536 }
                capabilities: { structuredOutput: true, reasoning: 5, toolReliability: 5, latency: low }
                stream: false
            """;
        File.WriteAllText(Path.Combine(folder, "models.yaml"), $$"""
            asOf: 2026-11-01
            providers:
              one: { kind: openai, endpoint: http://127.0.0.1:{{port}}/v1 }
              two: { kind: openai, endpoint: http://127.0.0.1:{{port}}/v1 }
            models:
            {{Model("bench-fast", "one", "fast")}}
            {{Model("bench-fast-2", "two", "fast")}}
            {{Model("bench-balanced", "one", "balanced")}}
            {{Model("bench-powerful", "two", "powerful")}}

            """);
        File.WriteAllText(Path.Combine(folder, "routing.yaml"), """
            default: document
            families:
              document:
                steps:
                  classify: { tier: fast }
                  extract: { tier: fast }
                  reason: { byComplexity: { 1-2: balanced, 3-5: powerful } }
                  verify: { tier: fast, differentModelThan: reason }
                fallback: { direction: up, last: fail }

            """);
    }

    /// <summary>What a careful model answers to each request of a run: asked once, so that the endpoint can answer without thinking.</summary>
    public static async Task<string> AnswerAsync(JsonElement request)
    {
        using var model = new SimulatedChatClient("bench", new SimulatedModelOptions { Skill = 5, LatencyScale = 0 }, TimeProvider.System);
        var messages = request.GetProperty("messages").EnumerateArray()
            .Select(m => new ChatMessage(new ChatRole(m.GetProperty("role").GetString()!), m.GetProperty("content").GetString())).ToList();
        var options = new ChatOptions { MaxOutputTokens = 60_000 };
        if (request.TryGetProperty("response_format", out var format))
        {
            options.ResponseFormat = ChatResponseFormat.ForJsonSchema(format.GetProperty("json_schema").GetProperty("schema"));
        }

        return (await model.GetResponseAsync(messages, options)).Text;
    }
}
