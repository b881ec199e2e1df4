using DurableRouter.Tests;
using DurableRouter.Tests.Resilience;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>The shipped pipeline and routing on models behind an endpoint, and three small pipelines: one gives a title, one files it with a
/// tool, one says what a photo shows.</summary>
static class StoryFiles
{
    static readonly string Seer = EndpointConfig.Rest.Replace("capabilities: { ", "capabilities: { vision: true, ", StringComparison.Ordinal);

    public static string Write(string folder, Uri endpoint, Uri tool)
    {
        Directory.CreateDirectory(Path.Combine(folder, "pipelines"));
        File.Copy(Path.Combine(Repository.Config, "pipelines", "document.yaml"), Path.Combine(folder, "pipelines", "document.yaml"));
        File.WriteAllText(Path.Combine(folder, "models.yaml"), EndpointConfig.Models(endpoint, $$"""
              weak-1: { provider: one, tier: fast, {{EndpointConfig.Rest}} }
              seer-1: { provider: two, tier: fast, {{Seer}} }
            """));
        var routing = File.ReadAllText(Path.Combine(Repository.Config, "routing.yaml"));
        routing = routing.Replace("baseline: sim-deep-1", "baseline: powerful-1");
        File.WriteAllText(Path.Combine(folder, "routing.yaml"), routing.Replace("\nfamilies:\n", """

            families:
              titles:
                steps: { title: { models: [weak-1, fast-2] } }
                fallback: { direction: up, last: fail }
              photos:
                steps: { look: { models: [seer-1] } }
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
        File.WriteAllText(Path.Combine(folder, "pipelines", "photo.yaml"), """
            name: photo
            family: photos
            input: { type: object, required: [photo], properties: { photo: { type: string } }, additionalProperties: false }
            steps:
              - id: look
                kind: extract
                input: { photo: { from: input.photo, media: image } }
                instructions: Say in words what is there.
                output: { type: object, required: [words], properties: { words: { type: string } }, additionalProperties: false }
            result: look
            """);
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
