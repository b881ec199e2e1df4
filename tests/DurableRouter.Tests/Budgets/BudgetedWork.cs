using DurableRouter.Core.Configuration;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;
using DurableRouter.Tests.Systems;

namespace DurableRouter.Tests.Budgets;

/// <summary>The pipeline <c>work</c> of two steps: <c>read</c> on a cheap model, <c>write</c> on one that is a hundred times dearer.</summary>
static class BudgetedWork
{
    /// <summary>One call of <c>read</c>, then one of <c>write</c> on its first model, at the prices below.</summary>
    public const decimal ReadUsd = 0.00018m;
    public const decimal WriteUsd = 0.018m;

    const string Rest = "limits: { context: 1000000, output: 4000 }, capabilities: { structuredOutput: true, reasoning: 5 }, retries: { attempts: 1 }, "
        + "timeouts: { firstByte: 10m, idle: 10m, total: 10m }";

    /// <summary>Writes the configuration as a user would and loads it.</summary>
    /// <param name="budgets">The general ones, as YAML's flow; empty for none.</param>
    /// <param name="familyBudgets">The family's.</param>
    public static RouterConfig Load(string folder, Uri endpoint, string budgets = "", string familyBudgets = "")
    {
        Directory.CreateDirectory(Path.Combine(folder, "pipelines"));
        File.WriteAllText(Path.Combine(folder, "models.yaml"), $$"""
            asOf: 2026-11-01
            providers: { one: { kind: openai, endpoint: "{{endpoint}}" } }
            models:
              cheap: { provider: one, tier: fast, price: { input: 1, cachedInput: 1, output: 4, source: test }, {{Rest}} }
              dear: { provider: one, tier: balanced, price: { input: 100, cachedInput: 100, output: 400, source: test }, {{Rest}} }

            """);
        File.WriteAllText(Path.Combine(folder, "routing.yaml"), $$"""
            default: work
            families:
              work:
                steps: { read: { tier: fast }, write: { tier: balanced } }
                fallback: { direction: up, last: fail }
                {{(familyBudgets.Length > 0 ? "budgets: " + familyBudgets : "")}}
            {{(budgets.Length > 0 ? "budgets: " + budgets : "")}}

            """);
        File.WriteAllText(Path.Combine(folder, "pipelines", "work.yaml"), """
            name: work
            input: { type: object, required: [text], properties: { text: { type: string } }, additionalProperties: false }
            steps:
              - { id: read, kind: extract, input: { text: input.text }, instructions: Take the facts., maxOutputTokens: 200,
                  output: { type: object, required: [facts], properties: { facts: { type: string } }, additionalProperties: false } }
              - { id: write, kind: generate, needs: [read], input: { facts: read.facts }, instructions: Answer the letter., maxOutputTokens: 200,
                  output: { type: object, required: [reply], properties: { reply: { type: string } }, additionalProperties: false } }
            result: write

            """);
        var loaded = ConfigLoader.Load(folder);
        Assert.True(loaded.Config is not null, string.Join('\n', loaded.Problems));
        return loaded.Config;
    }

    public static Task<ChainHost> StartAsync(FakeModelEndpoint endpoint, string budgets = "", string familyBudgets = "", TimeProvider? clock = null, int concurrency = 64) =>
        ChainHost.StartAsync(folder => Load(folder, endpoint.Address, budgets, familyBudgets), clock, concurrency);

    public static FakeReply Answer(FakeCall call) =>
        FakeReply.Answer(call, SaneReplies.Answer(call.Request), new FakeUsage(Input: 100, Output: 20));

    /// <summary>What the provider bills for the calls that it saw.</summary>
    public static decimal Invoice(FakeModelEndpoint endpoint) => endpoint.Calls.Sum(c => c.Model == "dear" ? WriteUsd : ReadUsd);

    /// <summary>What one call of the dear model may cost at the most: what it is booked with when its reply tells no usage.</summary>
    public static async Task<decimal> UpperBoundAsync()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(call => FakeReply.Json(
            FakeReply.Completion(SaneReplies.Answer(call.Request), call.Model).Replace(new FakeUsage().ToString(), "null", StringComparison.Ordinal)));
        await using var host = await StartAsync(endpoint);
        var row = (await host.AttemptsAsync(await host.FinishAsync("work"))).Single(a => a.GetProperty("model").GetString() == "dear");
        Assert.Equal("estimated", row.GetProperty("usageSource").GetString());
        return row.GetProperty("costUsd").GetDecimal();
    }
}
