using System.Text.Json;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Systems;

/// <summary>Row 22, before an act: a call that writes waits for a person, who sees exactly what would be sent; alone and together with other triggers.</summary>
public sealed class Row22ToolScopeTests
{
    const string Always = "approval: { when: [{ toolScope: write }], group: clerks, timeout: 24h }";
    const string Legal = "The client will sue.";

    [Fact]
    public async Task ToolScope_Alone_PausesBeforeTheCall_AndShowsExactlyWhatWouldBeSent()
    {
        await using var tool = await FakeTool.StartAsync();
        await using var host = await SystemHost.StartAsync(ToolFiles.Files(tool, ToolFiles.Create(Always)));

        var waiting = await host.RunAsync("work", new { text = "Broken door", amount = 500 });
        var asked = await ToolFiles.AskedAsync(host, waiting);

        Assert.Equal("call", asked.GetProperty("kind").GetString());
        Assert.Equal($"approval {asked.GetProperty("id").GetString()}", waiting.Run.GetProperty("customStatus").GetProperty("waitingFor").GetString());
        var facts = asked.GetProperty("facts");
        var url = new Uri(tool.Address, "/tickets").AbsoluteUri;
        Assert.Equal(["toolScope: write"], facts.GetProperty("reasons").EnumerateArray().Select(r => r.GetString()));
        Assert.Equal($"Call tool tickets.create (write): POST {url} with the payload. It costs $0.01 a call.", facts.GetProperty("action").GetString());
        AssertSame("""{"title":"Broken door","amount":500}""", facts.GetProperty("payload"));
        var call = facts.GetProperty("call");
        Assert.Equal(("tickets.create", "write", "POST", url, 0.01m), (call.GetProperty("tool").GetString(), call.GetProperty("scope").GetString(),
            call.GetProperty("method").GetString(), call.GetProperty("url").GetString(), call.GetProperty("costUsd").GetDecimal()));
        Assert.Matches("^[0-9a-f]{64}$", call.GetProperty("definition").GetString());
        Assert.Empty(tool.Calls);
        Assert.Empty(waiting.Attempts());

        Assert.Equal(200, (await ToolFiles.DecideAsync(host, asked, "approved")).Status);
        var ended = await host.EndAsync(waiting.Id);

        Assert.Equal("Completed", ended.Status);
        Assert.Equal("T-1", ended.Output.GetProperty("id").GetString());
        var sent = Assert.Single(tool.Calls);
        AssertSame(facts.GetProperty("payload").GetRawText(), sent.Body!.Value);
        Assert.Equal(("POST", "/tickets", "Bearer a key"), (sent.Method, sent.Target, sent.Headers["Authorization"]));
        var row = Assert.Single(ended.Attempts());
        Assert.Equal(("file", "tool", "tool", "tool:tickets.create", tool.Address.Authority, "ok"), (row.GetProperty("step").GetString(), row.GetProperty("role").GetString(),
            row.GetProperty("tier").GetString(), row.GetProperty("model").GetString(), row.GetProperty("provider").GetString(), row.GetProperty("outcome").GetString()));
        Assert.Equal((0.01m, asked.GetProperty("id").GetString()), (row.GetProperty("costUsd").GetDecimal(), row.GetProperty("approval").GetString()));
        Assert.Equal((row.GetProperty("key").GetString(), $"{ended.Id}/file/0"), (sent.Key, sent.IdempotencyKey));
    }

    [Fact]
    public async Task ToolScope_TogetherWithRisk_PausesOnBothAndNotOnOne()
    {
        await using var endpoint = await SystemFiles.EndpointAsync(_ => SystemFiles.Sorted);
        await using var tool = await FakeTool.StartAsync();
        await using var host = await SystemHost.StartAsync(SystemFiles.Models(endpoint.Address), ToolFiles.Routing(), ToolFiles.Tools(tool.Address), ("pipelines/work.yaml", """
            name: work
            input: { type: object, required: [text], properties: { text: { type: string } }, additionalProperties: false }
            steps:
              - id: sort
                kind: classify
                labels: [letter, code]
                riskRules: [{ tag: legal, contains: [sue] }]
                input: { text: input.text }
              - id: file
                kind: tool
                needs: [sort]
                tool: tickets.create
                scope: write
                input: { title: input.text, amount: { value: 1 } }
                unattended: true
                approval: { when: [{ all: [{ toolScope: write }, { risk: legal }] }], group: clerks, timeout: 24h }
            result: file

            """));

        var harmless = await host.RunAsync("work", new { text = "Thank you for the flowers." });
        var risky = await host.RunAsync("work", new { text = Legal });

        Assert.Equal("Completed", harmless.Status);
        Assert.Equal(["toolScope: write and risk: legal"], (await ToolFiles.AskedAsync(host, risky)).GetProperty("facts").GetProperty("reasons").EnumerateArray().Select(r => r.GetString()));
        Assert.Equal([$"{harmless.Id}/file/0"], tool.Effects);
    }

    [Theory]
    [InlineData("0.005", "the run will with this call have cost $0.01, above 0.005")]
    [InlineData("0.05", null)]
    public async Task Spend_CountsTheCallThatIsAskedAbout(string above, string? reason)
    {
        await using var tool = await FakeTool.StartAsync();
        await using var host = await SystemHost.StartAsync(ToolFiles.Files(tool,
            ToolFiles.Create($"unattended: true\n    approval: {{ when: [{{ costUsd: {{ above: {above} }} }}], group: clerks, timeout: 24h }}")));

        var run = await host.RunAsync("work", new { text = "Broken door", amount = 5 });

        Assert.Equal(reason is null ? "Completed" : "Running", run.Status);
        Assert.Equal(reason is null ? 1 : 0, tool.Calls.Count);
        if (reason is not null)
        {
            Assert.Equal([reason], (await ToolFiles.AskedAsync(host, run)).GetProperty("facts").GetProperty("reasons").EnumerateArray().Select(r => r.GetString()));
        }
    }

    [Fact]
    public async Task Edits_AreHeldAgainstTheToolsSchema_AndSentInThePayloadsPlace()
    {
        await using var tool = await FakeTool.StartAsync();
        await using var host = await SystemHost.StartAsync(ToolFiles.Files(tool, ToolFiles.Create(Always)));
        var waiting = await host.RunAsync("work", new { text = "Broken door", amount = 500 });
        var asked = await ToolFiles.AskedAsync(host, waiting);

        var refused = await ToolFiles.DecideAsync(host, asked, "approved", ""","edits":{"title":"Broken door","amount":-1,"urgent":true}""");
        (await ToolFiles.DecideAsync(host, asked, "changesRequested", ""","comment":"less" """)).IsProblem(422, "input_invalid");

        refused.IsProblem(422, "input_invalid");
        Assert.Contains("/amount", refused.Body, StringComparison.Ordinal);
        Assert.Contains("urgent", refused.Body, StringComparison.Ordinal);
        Assert.Empty(tool.Calls);
        Assert.Equal(200, (await ToolFiles.DecideAsync(host, asked, "approved", ""","edits":{"title":"Broken window","amount":50}""")).Status);
        var ended = await host.EndAsync(waiting.Id);
        AssertSame("""{"title":"Broken window","amount":50}""", Assert.Single(tool.Calls).Body!.Value);
        Assert.Equal("Completed", ended.Status);
    }

    [Theory]
    [InlineData("24h", "rejected")]
    [InlineData("1s", "expired")]
    public async Task NobodyApproves_TheCallIsNeverMade(string timeout, string outcome)
    {
        await using var tool = await FakeTool.StartAsync();
        await using var host = await SystemHost.StartAsync(ToolFiles.Files(tool, ToolFiles.Create(Always.Replace("24h", timeout, StringComparison.Ordinal))));
        var waiting = await host.RunAsync("work", new { text = "Broken door", amount = 500 });
        if (outcome == "rejected")
        {
            Assert.Equal(200, (await ToolFiles.DecideAsync(host, await ToolFiles.AskedAsync(host, waiting), "rejected")).Status);
        }

        var ended = await host.EndAsync(waiting.Id);

        Assert.Equal(("Completed", outcome), (ended.Status, ended.Run.GetProperty("outcome").GetString()));
        Assert.Equal(JsonValueKind.Null, ended.Output.ValueKind);
        Assert.Empty(tool.Calls);
        Assert.Empty(ended.Attempts());
        Assert.Equal("tool tickets.create, scope write", ended.Rule("file"));
    }

    static void AssertSame(string expected, JsonElement actual) => Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), actual), actual.GetRawText());
}
