using System.Text.Json;
using DurableRouter.Simulation.Server;

namespace DurableRouter.Tests.Systems;

/// <summary>A pipeline of two steps for the rows on handoffs: <c>read</c> takes facts from the text, <c>work</c> sees the facts alone and has the checks
/// that a row is about. What its models say is a script.</summary>
static class CheckedWork
{
    public const string Text = "Acme Ltd shall pay 500 EUR to Bolt GmbH within 30 days.";
    public const string Facts = """{"payer":"Acme Ltd","amount":500,"confidence":0.9,"items":[{"fact":"payment","quote":"shall pay 500 EUR"}]}""";

    const string Shape = "{ type: object, required: [payer, amount, confidence, items], additionalProperties: false, properties: { payer: { type: string }, amount: { type: number }, "
        + "confidence: { type: number }, items: { type: array, items: { type: object, required: [fact, quote], additionalProperties: false, properties: { fact: { type: string }, quote: { type: string } } } } } }";

    /// <param name="checks">Of the step <c>work</c>, as YAML's flow.</param>
    public static (string, string)[] Files(Uri endpoint, string checks) =>
    [
        SystemFiles.Models(endpoint), SystemFiles.Routing("{ tier: fast }", "      read: { tier: fast }\n      judge: { tier: powerful }\n    fallback: { direction: up, last: fail }"),
        ("pipelines/work.yaml", $$"""
            name: work
            input: { type: object, required: [text], properties: { text: { type: string } }, additionalProperties: false }
            steps:
              - id: read
                kind: extract
                input: { text: input.text }
                instructions: Take the facts.
                output: {{Shape}}
              - id: work
                kind: reason
                needs: [read]
                input: { facts: read }
                instructions: Say what follows.
                output: {{Shape}}
                checks: {{checks}}
            result: work

            """),
    ];

    /// <summary>Answers the facts for every call but those of <c>work</c>, which get the script's answers in order and then the facts.</summary>
    public static Task<FakeModelEndpoint> EndpointAsync(params string[] answers)
    {
        var script = new Queue<string>(answers);
        return FakeModelEndpoint.StartAsync(call => FakeReply.Answer(call,
            IsOf(call, "reason") && script.TryDequeue(out var next) ? next
            : IsOf(call, "judge") ? """{"score":0.9,"issues":[]}""" : Facts));
    }

    public static bool IsOf(FakeCall call, string role) => SystemFiles.System(call).StartsWith($"Step role: {role}", StringComparison.Ordinal);

    /// <summary>The check of this name in an attempt's row: passed, and what it said.</summary>
    public static (bool Passed, string? Detail) Check(JsonElement attempt, string name)
    {
        var check = attempt.GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("check").GetString() == name);
        return (check.GetProperty("passed").GetBoolean(), check.TryGetProperty("detail", out var detail) ? detail.GetString() : null);
    }

    /// <summary>The first attempt of a step failed this one check; ledger, events and explanation all name it.</summary>
    /// <returns>What the check said.</returns>
    public static string? NamedEverywhere(SystemRun run, string step, string check)
    {
        var failed = run.Attempts(step)[0];
        Assert.Equal(check, Assert.Single(failed.GetProperty("checks").EnumerateArray(), c => !c.GetProperty("passed").GetBoolean()).GetProperty("check").GetString());
        var told = run.Events.GetProperty("value").EnumerateArray().First(e => e.GetProperty("type").GetString() == "step.attempt" && e.GetProperty("step").GetString() == step);
        Assert.False(Check(told, check).Passed);
        var explained = run.Explanation.GetProperty("steps").EnumerateArray().First(s => s.GetProperty("step").GetString() == step);
        Assert.False(Check(explained.GetProperty("attempts")[0], check).Passed);
        return Check(failed, check).Detail;
    }
}
