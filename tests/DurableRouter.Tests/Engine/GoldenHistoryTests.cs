using System.Text.Json;
using System.Text.Json.Nodes;
using DurableRouter.Core.Activities;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Workflow;
using DurableRouter.Engine;
using DurableRouter.Engine.Runs;
using DurableRouter.Http.Runs;
using DurableRouter.Local;

namespace DurableRouter.Tests.Engine;

/// <summary>Histories that released programs wrote must replay in this one, to the same output. A file is never changed: a new release adds
/// its own (set DURABLEROUTER_WRITE_GOLDEN to a release's name and run this class once).</summary>
public sealed class GoldenHistoryTests
{
    static readonly string Folder = Path.Combine(Repository.Root, "tests", "golden", "histories");

    public static TheoryData<string> Recorded => [.. Directory.EnumerateFiles(Folder, "*.json").Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Recorded))]
    public void RecordedHistory_Replays_ToItsRecordedOutput(string file) => AssertReplays(JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!);

    [Fact]
    public async Task FreshHistory_WithAnApproval_Replays()
    {
        var folder = Directory.CreateTempSubdirectory("durable-router-golden-").FullName;
        await using (var host = HostComposition.Create(Path.Combine(Repository.Root, "config"), new EngineOptions { DataFolder = folder }))
        {
            await host.Engine.StartAsync();
            var recorded = await RecordAsync(host, "contract");

            AssertReplays(recorded);
            AssertInputsAreNamed(recorded);
            if (Environment.GetEnvironmentVariable("DURABLEROUTER_WRITE_GOLDEN") is { Length: > 0 } release)
            {
                await File.WriteAllTextAsync(Path.Combine(Folder, $"{release}-document-contract.json"), recorded.ToJsonString());
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A run of a sample with everything that its replay needs, in one document.</summary>
    static async Task<JsonNode> RecordAsync(HostComposition host, string sample)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "samples", "documents", sample + ".txt"));
        var request = new StartRequest(null, JsonSerializer.SerializeToElement(new { text }), new Dictionary<string, string>(), null, null);
        var run = await host.Starter.StartAsync("document", request, "tester", ["runner"], null, CancellationToken.None);
        var snapshot = await host.Engine.WaitAsync(run.RunId, TimeSpan.FromMinutes(3), CancellationToken.None);
        foreach (var pending in await host.Engine.Approvals.ListAsync(ApprovalStatus.Pending, run.RunId, 10, CancellationToken.None))
        {
            await host.Decisions.DecideAsync(new DecideApproval(pending.Id, ApprovalStatus.Approved, Approver.Local("tester")), CancellationToken.None);
            snapshot = await host.Engine.WaitAsync(run.RunId, TimeSpan.FromMinutes(3), CancellationToken.None);
        }

        Assert.Equal(RuntimeStatus.Completed, snapshot!.Status);
        var turns = host.Engine.StoredTurns(run.RunId);
        var definition = snapshot.Input.GetProperty("definition").GetString()!;
        return new JsonObject
        {
            ["runId"] = run.RunId,
            ["workflowVersion"] = new RouterWorkflow(host.Cache).CurrentVersion,
            ["definition"] = JsonNode.Parse((await host.Engine.Content.GetAsync(definition, CancellationToken.None)).Span),
            ["input"] = JsonNode.Parse(snapshot.Input.GetRawText()),
            ["output"] = JsonNode.Parse(snapshot.Output!.Value.GetRawText()),
            ["turns"] = new JsonArray([.. turns.Select(t => JsonNode.Parse(t.Span))]),
            ["content"] = new JsonObject([.. Addresses(turns).Select(a =>
                KeyValuePair.Create<string, JsonNode?>(a, JsonNode.Parse(host.Engine.Content.GetAsync(a, CancellationToken.None).AsTask().Result.Span)))]),
        };
    }

    static void AssertReplays(JsonNode recorded)
    {
        var definition = JsonSerializer.SerializeToUtf8Bytes(recorded["definition"]);
        var address = recorded["input"]!["definition"]!.GetValue<string>();
        var workflow = new RouterWorkflow(new DefinitionCache(sha256 => sha256 == address ? definition : null));
        var input = JsonSerializer.Deserialize(recorded["input"]!.ToJsonString(), CoreJson.Default.RunInput)!;
        var instance = new WorkflowInstance(recorded["runId"]!.GetValue<string>(), recorded["workflowVersion"]!.GetValue<int>(), workflow, input);
        var history = recorded["turns"]!.AsArray().Select(t => TurnCodec.Read(JsonSerializer.SerializeToUtf8Bytes(t))).ToList();

        var divergence = new Replay(instance, sha256 => JsonSerializer.SerializeToUtf8Bytes(recorded["content"]![sha256])).Run(history);

        Assert.Null(divergence);
        Assert.NotNull(instance.Result);
        var output = JsonSerializer.SerializeToNode(instance.Result.Result, CoreJson.Default.RunOutput);
        Assert.True(JsonNode.DeepEquals(recorded["output"], output), $"the replay came to another output:\n{output}\nrecorded:\n{recorded["output"]}");
    }

    /// <summary>What an attempt was given stands in the history already: as the run's input, or as an earlier step's result.</summary>
    static void AssertInputsAreNamed(JsonNode recorded)
    {
        var inputs = recorded["turns"]!.AsArray().SelectMany(t => TurnCodec.Read(JsonSerializer.SerializeToUtf8Bytes(t)).Entries)
            .Where(e => e.Kind == HistoryKinds.ActivityScheduled && RouterActivities.IsAttempt(e.Name))
            .Select(e => e.Data.Deserialize(CoreJson.Default.AttemptInput)!).ToList();
        Assert.Equal(["classify", "extract", "reason", "verify"], inputs.Select(i => i.Step).Distinct());
        Assert.Contains(inputs, i => i.Evidence.Count > 0);
        foreach (var field in inputs.SelectMany(i => i.Fields.Concat(i.Evidence)).Where(f => f.Value.Bytes > 64))
        {
            Assert.Null(field.Value.Inline);
        }

        Assert.Contains(inputs, i => i.Fields.Any(f => f is { Source: "classify.category", Value.Inline: not null }));
    }

    static IEnumerable<string> Addresses(IEnumerable<ReadOnlyMemory<byte>> turns) =>
        turns.SelectMany(t => TurnCodec.Read(t).Entries).Select(e => e.Address).OfType<string>().Distinct();
}
