using System.Text.Json;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Systems;

/// <summary>Configuration files for systems tests: six models in three tiers behind one endpoint, and pipelines of one or two steps.</summary>
static class SystemFiles
{
    /// <summary>A member of an answer for every built-in schema: what the classifier of a test says is decided by the test.</summary>
    public const string Sorted = """{"category":"letter","complexity":2,"risk":[],"confidence":0.9}""";

    public static (string, string) Models(Uri endpoint, string? more = null) => ("models.yaml", $$"""
        asOf: 2026-11-01
        providers:
          north: { kind: openai, endpoint: "{{endpoint}}" }
          south: { kind: openai, endpoint: "{{endpoint}}" }
        models:
          swift-1: { provider: north, tier: fast, {{Price(0.1m)}}, {{Limits()}}, capabilities: { structuredOutput: true, reasoning: 2, latency: low } }
          swift-2: { provider: south, tier: fast, {{Price(0.2m)}}, {{Limits()}}, capabilities: { structuredOutput: true, reasoning: 2, latency: high } }
          steady-1: { provider: north, tier: balanced, {{Price(1)}}, {{Limits()}}, capabilities: { structuredOutput: true, tools: true, toolReliability: 3, reasoning: 3 } }
          steady-2: { provider: south, tier: balanced, {{Price(2)}}, {{Limits()}}, capabilities: { structuredOutput: true, tools: true, toolReliability: 5, reasoning: 3 } }
          deep-1: { provider: north, tier: powerful, {{Price(3)}}, {{Limits()}}, capabilities: { structuredOutput: true, reasoning: 5, latency: high } }
          deep-2: { provider: south, tier: powerful, {{Price(5)}}, {{Limits()}}, capabilities: { structuredOutput: true, reasoning: 5, latency: high } }
        {{more}}

        """);

    public static string Price(decimal usd) =>
        FormattableString.Invariant($"price: {{ input: {usd}, cachedInput: {usd / 4}, output: {usd * 4}, source: invented }}");

    public static string Limits(int context = 1_000_000, int output = 8_000) =>
        FormattableString.Invariant($"limits: {{ context: {context}, output: {output} }}, retries: {{ attempts: 1 }}");

    /// <param name="work">The route of the step <c>work</c>.</param>
    /// <param name="more">More keys of the family, each line indented by four.</param>
    public static (string, string) Routing(string work, string? more = null) => ("routing.yaml", $$"""
        default: work
        families:
          work:
            steps:
              classify: { tier: fast }
              work: {{work}}
        {{more ?? "    fallback: { direction: up, last: fail }"}}

        """);

    /// <summary>A pipeline of the step <c>work</c> alone.</summary>
    public static (string, string) Work(string kind = "reason", string? more = null, string input = "text: { type: string }") => ("pipelines/work.yaml", $$"""
        name: work
        input: { type: object, required: [text], properties: { {{input}} }, additionalProperties: false }
        {{more}}
        steps:
          - id: work
            kind: {{kind}}
            input: { text: input.text }
            instructions: Say what the text is about.
            output: { type: object, required: [answer], properties: { answer: { type: string } }, additionalProperties: false }
            maxOutputTokens: 500
        result: work

        """);

    /// <summary>A pipeline that classifies before it works.</summary>
    /// <param name="sort">More keys of the step <c>sort</c>, each line indented by four.</param>
    public static (string, string) SortedWork(string labels = "letter, code, legal", string kind = "reason", string? sort = null) => ("pipelines/work.yaml", $$"""
        name: work
        input: { type: object, required: [text], properties: { text: { type: string } }, additionalProperties: false }
        steps:
          - id: sort
            kind: classify
            labels: [{{labels}}]
            input: { text: { from: input.text, head: 500 } }
        {{sort}}
          - id: work
            kind: {{kind}}
            needs: [sort]
            input: { text: input.text }
            instructions: Say what the text is about.
            output: { type: object, required: [answer], properties: { answer: { type: string } }, additionalProperties: false }
            maxOutputTokens: 500
        result: work

        """);

    /// <summary>An endpoint whose classifier says <paramref name="sorted"/>, and whose models answer everything else sanely.</summary>
    public static Task<FakeModelEndpoint> EndpointAsync(Func<FakeCall, string?>? sorted = null) => FakeModelEndpoint.StartAsync(call =>
        IsClassification(call) && sorted?.Invoke(call) is { } answer ? FakeReply.Answer(call, answer) : SaneReplies.For(call));

    /// <summary>The answer of the step <c>work</c>, for models that are not told its schema beside the prompt.</summary>
    public static FakeReply Answer(FakeCall call) => FakeReply.Answer(call, """{"answer":"A text."}""");

    public static bool IsClassification(FakeCall call) => System(call).StartsWith("Step role: classify", StringComparison.Ordinal);

    public static string System(FakeCall call) => call.Request.GetProperty("messages")[0].GetProperty("content").GetString()!;

    public static JsonElement User(FakeCall call) => call.Request.GetProperty("messages")[1].GetProperty("content");
}
