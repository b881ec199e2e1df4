using System.Text.Json;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Systems;

/// <summary>Configuration for the rows on tools: <c>tickets.create</c> writes and <c>tickets.find</c> reads, both on one server, and a pipeline whose
/// step <c>file</c> calls one of them.</summary>
static class ToolFiles
{
    public const string Find = "tool: tickets.find\n    input: { words: input.text, most: { value: 5 } }";

    const string Schema = "{ type: object, required: [id], properties: { id: { type: string } }, additionalProperties: false }";

    /// <param name="more">More keys of both tools, or others in place of timeout and retries.</param>
    /// <param name="host">What the server is called.</param>
    public static (string, string) Tools(Uri tool, string more = Patient, string host = "127.0.0.1") => ("tools.yaml", $$"""
        hosts:
          - { host: {{host}}, port: {{tool.Port}}, private: true }
        tools:
          tickets.create:
            description: Opens a ticket for a customer.
            kind: http
            url: http://{{host}}:{{tool.Port}}/tickets
            scope: write
            apiKeyEnv: TICKETS_KEY
            costUsd: 0.01
            input:
              type: object
              required: [title, amount]
              properties: { title: { type: string, minLength: 3 }, amount: { type: number, minimum: 0 } }
              additionalProperties: false
            output: {{Schema}}
            {{more}}
          tickets.find:
            description: Finds tickets.
            kind: http
            method: GET
            url: http://{{host}}:{{tool.Port}}/tickets/search?open=true
            scope: read
            input:
              type: object
              required: [words]
              properties: { words: { type: string }, most: { type: integer } }
              additionalProperties: false
            output: {{Schema}}
            {{more}}

        """);

    public const string Patient = "timeout: 60s\n    retries: { attempts: 3, firstDelay: 10ms, maxDelay: 50ms, retryAfterCap: 10s }";

    /// <summary>A pipeline of the step <c>file</c> alone.</summary>
    /// <param name="step">Its keys after <c>kind</c>, each further line indented by four.</param>
    public static (string, string) Work(string step) => ("pipelines/work.yaml", $$"""
        name: work
        input: { type: object, required: [text], properties: { text: { type: string }, amount: { type: number } }, additionalProperties: false }
        steps:
          - id: file
            kind: tool
            {{step}}
        result: file

        """);

    /// <summary>The keys of a step that opens a ticket from the run's input.</summary>
    /// <param name="more">Approval or <c>unattended</c>.</param>
    public static string Create(string more) => $"tool: tickets.create\n    scope: write\n    input: {{ title: input.text, amount: input.amount }}\n    {more}";

    /// <summary>A whole configuration with that step; no model is ever asked.</summary>
    public static (string, string)[] Files(FakeTool tool, string step, string more = Patient, string last = "fail") =>
        [SystemFiles.Models(new Uri("http://127.0.0.1:9/v1")), Routing(last), Tools(tool.Address, more), Work(step)];

    public static (string, string) Routing(string last = "fail") => ("routing.yaml", $$"""
        default: work
        families:
          work:
            steps: { classify: { tier: fast }, generate: { tier: fast } }
            fallback: { direction: up, last: {{last}} }

        """);

    /// <summary>The run's one open approval.</summary>
    public static async Task<JsonElement> AskedAsync(SystemHost host, SystemRun run) => Assert.Single(
        (await host.GetAsync($"/api/approvals?status=pending&runId={run.Id}")).Json.GetProperty("value").EnumerateArray().ToList());

    /// <param name="more">More members of the decision, each with a comma before it.</param>
    public static Task<Http.Reply> DecideAsync(SystemHost host, JsonElement asked, string decision, string more = "") => host.PostAsync(
        $"/api/approvals/{asked.GetProperty("id").GetString()}/decision",
        $$"""{"decision":"{{decision}}","digest":"{{asked.GetProperty("digest").GetString()}}"{{more}}}""");
}
