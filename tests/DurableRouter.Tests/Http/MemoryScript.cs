using System.Text.Json;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Tests.Http;

/// <summary>What the in-memory engine's pipelines do: each makes one attempt, <c>held</c> then asks a person.</summary>
static class MemoryScript
{
    public static async Task PlayAsync(MemoryEngine engine, MemoryRun run)
    {
        await Task.Yield();
        var input = (RunInput)run.Request.Input;
        var key = $"{run.Request.RunId}/answer/0/1";
        var text = await FieldValues.ReadAsync(input.Input["text"], engine.Content, default);
        var answer = JsonSerializer.SerializeToElement(new Dictionary<string, JsonElement> { ["echo"] = text },
            MemoryScriptJson.Default.DictionaryStringJsonElement);
        var attempt = JsonSerializer.SerializeToElement(new AttemptInput
        {
            Key = key,
            Definition = input.Definition,
            Step = "answer",
            Model = "sim-fast",
            Ordinal = 1,
            Rule = "tier fast",
            Route = new RouteDecision("tier fast", [new RouteCandidate("sim-fast", "cheapest of its tier")], [new RouteRejection("sim-powerful", "tier powerful")]),
            Fields = [new NamedField("text", "input.text", input.Input["text"])],
        }, CoreJson.Default.AttemptInput);
        var result = JsonSerializer.SerializeToElement(new AttemptResult { Outcome = AttemptOutcome.Ok, CostUsd = 0.002m, Output = FieldValues.Inline(answer) },
            CoreJson.Default.AttemptResult);
        var scheduled = Tell(engine, run, HistoryKinds.ActivityScheduled, "Generate", 0, attempt);
        Tell(engine, run, HistoryKinds.ActivityCompleted, "Generate", scheduled, result, Attempt(run, key));
        var outcome = input.Pipeline == "held" ? await AskAsync(engine, run, input, answer) : "completed";
        var value = await FieldValues.StoreAsync(engine.Content, answer, FieldValue.MaxInlineBytes, default);
        var summary = new RunSummary("document", null, null, [], "answer: tier fast", 0.002m, "sim-powerful", 0.01m, false, 1, true, 0);
        var output = new RunOutput(1, outcome, outcome == "completed" ? value : null, [], null, summary);
        engine.Apply(run, r =>
        {
            r.Set(RuntimeStatus.Completed, new RunProgress(null, "1/1", null, 0.002m, null), output);
            r.Append(engine.Clock.GetUtcNow(), HistoryKinds.RunCompleted);
        }, row: new RunRow(run.Request.RunId, input.Pipeline, "document", null, null, "answer: tier fast", outcome, 0.002m, "sim-powerful",
            BaselineMethod.Repriced, 0.01m, false, false, 1, true, null, 0));
    }

    static async Task<string> AskAsync(MemoryEngine engine, MemoryRun run, RunInput input, JsonElement answer)
    {
        var decided = new TaskCompletionSource<ApprovalRecord>(TaskCreationOptions.RunContinuationsAsynchronously);
        var id = ApprovalIds.Create(run.Request.RunId, "answer", 0, 1);
        engine.Approvals.Decided += record =>
        {
            if (record.Id == id)
            {
                decided.TrySetResult(record);
            }
        };
        var facts = new ApprovalFacts("Use this answer as the run's output.", ["risk: high"], answer, "sim-fast", true, 0.002m, null);
        var now = engine.Clock.GetUtcNow();
        await engine.Approvals.RequestAsync(new ApprovalRecord(id, run.Request.RunId, input.Pipeline, "answer", 0, ApprovalKind.Output, "reviewers",
            input.Requester, ApprovalIds.Digest(facts), facts, now, now.AddHours(24), "deny", ApprovalStatus.Pending, null)
        {
            Basis = new ApprovalBasis(input.Definition, [new NamedField("text", "input.text", input.Input["text"])], []),
        }, default);
        var question = JsonElement.Parse($$"""{"id":"{{id}}","step":"answer","kind":"output","group":"reviewers","expiresAt":"{{now.AddHours(24):O}}"}""");
        var asked = Tell(engine, run, HistoryKinds.ActivityScheduled, "RequestApproval", 0, question);
        Tell(engine, run, HistoryKinds.ActivityCompleted, "RequestApproval", asked, JsonElement.Parse($$"""{"id":"{{id}}","digest":"{{ApprovalIds.Digest(facts)}}"}"""));
        engine.Apply(run, r =>
        {
            r.Set(RuntimeStatus.Running, new RunProgress("answer", "0/1", "approval " + id, 0.002m, null));
            r.Append(engine.Clock.GetUtcNow(), HistoryKinds.EventWaited, ApprovalIds.Event(id));
        });
        var record = await decided.Task;
        var closing = Tell(engine, run, HistoryKinds.ActivityScheduled, "CloseApproval", 0, JsonElement.Parse($$"""{"id":"{{id}}"}"""));
        Tell(engine, run, HistoryKinds.ActivityCompleted, "CloseApproval", closing,
            JsonElement.Parse($$"""{"id":"{{id}}","status":"{{(record.Status == ApprovalStatus.Approved ? "approved" : "rejected")}}","subject":"{{record.Decision?.Subject}}"}"""));
        return record.Status == ApprovalStatus.Approved ? "completed" : "rejected";
    }

    static long Tell(MemoryEngine engine, MemoryRun run, string kind, string name, long subject, JsonElement data, AttemptRow? attempt = null)
    {
        long sequence = 0;
        engine.Apply(run, r => sequence = r.Append(engine.Clock.GetUtcNow(), kind, name, subject, data), attempt);
        return sequence;
    }

    static AttemptRow Attempt(MemoryRun run, string key) => new()
    {
        Key = key,
        RunId = run.Request.RunId,
        Step = "answer",
        Role = "generate",
        Pipeline = run.Request.Index.Pipeline,
        Family = "document",
        Ordinal = 1,
        Tier = "fast",
        Model = "sim-fast",
        Provider = "simulated",
        Rule = "tier fast",
        Usage = new TokenUsage(100, 0, 20, 0),
        UsageSource = UsageSource.Provider,
        CostUsd = 0.002m,
        PriceAsOf = new DateOnly(2026, 11, 1),
        Outcome = AttemptOutcome.Ok,
        Simulated = true,
    };
}
