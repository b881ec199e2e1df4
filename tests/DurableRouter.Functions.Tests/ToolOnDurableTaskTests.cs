using System.Text.Json;
using DurableRouter.Core.Activities;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Notifications;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests;

/// <summary>A step that calls a tool, on Durable Task: the call waits for a person, and a delivery that died after it is followed by one with the same key.</summary>
public sealed class ToolOnDurableTaskTests
{
    [Fact]
    public async Task WritingStep_WaitsForItsApproval_AndIsCalledOnce_AcrossADeath()
    {
        await using var tool = await FakeTool.StartAsync();
        using var http = new GuardedHttpClient();
        await using var app = new RouterApp(Pipeline(tool, http, new ApprovalPolicy([new ApprovalTrigger(ToolScope: ToolScope.Write)], "clerks", TimeSpan.FromHours(24))));
        await app.StartAsync();
        Assert.StartsWith("approval", (await app.RestAsync()).Progress!.WaitingFor);
        Assert.Empty(tool.Calls);
        var asked = Assert.Single(app.Approvals.All);

        await app.Engine.KillAndRestartAsync();
        await app.DecideAsync(ApprovalStatus.Approved);
        var run = await EndAsync(app);

        Assert.Equal(ApprovalKind.Call, asked.Kind);
        Assert.Equal("completed", run.Output!.Value.GetProperty("outcome").GetString());
        var row = Assert.Single(await app.Engine.Ledger.AttemptsAsync("run-01", CancellationToken.None));
        Assert.Equal(("tool:tickets.create", AttemptOutcome.Ok, asked.Id), (row.Model, row.Outcome, row.Approval));
        Assert.True(JsonElement.DeepEquals(asked.Facts.Payload!.Value, Assert.Single(tool.Calls).Body!.Value));
    }

    /// <summary>The host dies while the tool works: the effect is there, and nobody has heard of it.</summary>
    [Fact]
    public async Task DeathBetweenEffectAndRecord_IsRepeatedUnderTheSameKey_WithOneEffect()
    {
        var arrived = new TaskCompletionSource();
        await using var tool = await FakeTool.StartAsync(call =>
        {
            arrived.TrySetResult();
            return call.Number == 1 ? FakeReply.Hang() : FakeReply.Json("""{"id":"T-1"}""");
        });
        using var http = new GuardedHttpClient();
        await using var app = new RouterApp(Pipeline(tool, http, null));
        await app.StartAsync();
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(90));

        await app.Engine.KillAndRestartAsync();
        await app.Engine.Clock.WhileAsync(EndAsync(app));

        Assert.Equal(["run-01/file/0"], tool.Effects);
        Assert.Equal(2, tool.Calls.Count);
        Assert.Equal([AttemptOutcome.OutcomeUnknown, AttemptOutcome.Ok], (await app.Engine.Ledger.AttemptsAsync("run-01", CancellationToken.None)).Select(r => r.Outcome));
    }

    /// <summary>The delivery that gave the dead one up dies too, when it has booked it.</summary>
    [Fact]
    public async Task UnknownOutcome_ThatIsTakenFromItsRow_IsFollowedByTheNextCall()
    {
        var arrived = new TaskCompletionSource();
        await using var tool = await FakeTool.StartAsync(call =>
        {
            arrived.TrySetResult();
            return call.Number == 1 ? FakeReply.Hang() : FakeReply.Json("""{"id":"T-1"}""");
        });
        using var http = new GuardedHttpClient();
        var stores = AppStores.InMemory();
        await using var app = new RouterApp(Pipeline(tool, http, null), stores);
        await app.StartAsync();
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(90));
        await stores.Rows.AddAsync(new AttemptRow
        {
            Key = "run-01/file/0/1", RunId = "run-01", Step = "file", Role = AttemptRow.ToolRole, Pipeline = "document", Family = "document", Ordinal = 1,
            Tier = "tool", Model = "tool:tickets.create", Provider = "tool", Rule = "tool", StartedAt = app.Engine.Clock.GetUtcNow(), CostUsd = 0.01m,
            Outcome = AttemptOutcome.OutcomeUnknown, FailureCode = "outcome_unknown",
        }, CancellationToken.None);

        await app.Engine.KillAndRestartAsync();
        var run = await app.Engine.Clock.WhileAsync(EndAsync(app));

        Assert.Equal("completed", run.Output!.Value.GetProperty("outcome").GetString());
        Assert.Equal(2, tool.Calls.Count);
    }

    static TestPipeline Pipeline(FakeTool tool, GuardedHttpClient http, ApprovalPolicy? approval)
    {
        var input = JsonElement.Parse("""{"type":"object","required":["title"],"properties":{"title":{"type":"string"}},"additionalProperties":false}""");
        var output = JsonElement.Parse("""{"type":"object","required":["id"],"properties":{"id":{"type":"string"}},"additionalProperties":false}""");
        return new TestPipeline
        {
            Tools = ([new ToolDefinition
            {
                Name = "tickets.create", Description = "Opens a ticket.", Scope = ToolScope.Write, Method = "POST", Url = new Uri(tool.Address, "/tickets"), Private = true,
                Input = input, Output = output, CostUsd = 0.01m,
            }], new ToolClient(http, _ => null, TimeProvider.System)),
            Steps =
            [
                new()
                {
                    Id = "file", Kind = StepKind.Tool, Tool = "tickets.create", Scope = ToolScope.Write, Unattended = approval is null ? true : null, Approval = approval,
                    Input = [new("title", new FieldSource("input.text"))], Output = output, MaxOutputTokens = 0,
                },
            ],
            Result = new FieldSource("file.id"),
        };
    }

    static async Task<RunSnapshot> EndAsync(RouterApp app)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (true)
        {
            if (await app.RestAsync() is { } run && run.Status.IsTerminal())
            {
                return run;
            }

            await Task.Delay(10, limit.Token);
        }
    }
}
