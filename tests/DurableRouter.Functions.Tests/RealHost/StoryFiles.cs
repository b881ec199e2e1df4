using DurableRouter.Tests;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>The shipped pipeline and routing on models behind an endpoint, and two small pipelines: one gives a title, one files it with a
/// tool.</summary>
static class StoryFiles
{
    const string Model = "price: { input: 0.10, cachedInput: 0.02, output: 0.40, source: test }, "
        + "limits: { context: 1000000, output: 65536 }, "
        + "capabilities: { structuredOutput: true, reasoning: 5, toolReliability: 5, latency: low }, "
        + "retries: { attempts: 3, firstDelay: 100ms, maxDelay: 1s, retryAfterCap: 60s }";

    public static string Write(string folder, Uri endpoint, Uri tool)
    {
        Directory.CreateDirectory(Path.Combine(folder, "pipelines"));
        File.Copy(Path.Combine(Repository.Config, "pipelines", "document.yaml"), Path.Combine(folder, "pipelines", "document.yaml"));
        File.WriteAllText(Path.Combine(folder, "models.yaml"), $$"""
            asOf: 2026-11-01
            providers:
              one: { kind: openai, endpoint: "{{endpoint}}" }
              two: { kind: openai, endpoint: "{{endpoint}}" }
            models:
              fast-1: { provider: one, tier: fast, {{Model}} }
              fast-2: { provider: two, tier: fast, {{Model}} }
              balanced-1: { provider: one, tier: balanced, {{Model}} }
              powerful-1: { provider: two, tier: powerful, {{Model}} }
              weak-1: { provider: one, tier: fast, {{Model}} }
            """);
        var routing = File.ReadAllText(Path.Combine(Repository.Config, "routing.yaml"));
        routing = routing.Replace("baseline: sim-deep-1", "baseline: powerful-1");
        File.WriteAllText(Path.Combine(folder, "routing.yaml"), routing.Replace("\nfamilies:\n", """

            families:
              titles:
                steps: { title: { models: [weak-1, fast-2] } }
                fallback: { direction: up, last: fail }

            """));
        File.WriteAllText(Path.Combine(folder, "tools.yaml"), $$"""
            hosts: [{ host: {{tool.Host}}, port: {{tool.Port}}, private: true }]
            tools:
              tickets.create:
                description: Opens a ticket.
                kind: http
                url: {{tool}}tickets
                scope: write
                input: { type: object, required: [title], properties: { title: { type: string } }, additionalProperties: false }
                output: { type: object, required: [id], properties: { id: { type: string } }, additionalProperties: false }
            """);
        File.WriteAllText(Path.Combine(folder, "pipelines", "title.yaml"), Title("title", "result: title"));
        File.WriteAllText(Path.Combine(folder, "pipelines", "ticket.yaml"), Title("ticket", """
              - id: file
                kind: tool
                needs: [title]
                tool: tickets.create
                scope: write
                input: { title: title.title }
                approval: { when: [{ toolScope: write }], group: clerks, timeout: 24h }
            result: file
            """));
        return folder;
    }

    static string Title(string name, string rest) => $$"""
        name: {{name}}
        family: titles
        input: { type: object, required: [text], properties: { text: { type: string } }, additionalProperties: false }
        steps:
          - id: title
            kind: generate
            input: { text: input.text }
            instructions: Give the text a title of at most ten words.
            output: { type: object, required: [title], properties: { title: { type: string } }, additionalProperties: false }
        {{rest}}
        """;
}
