using System.Text.Json;
using DurableRouter.Core.Workflow;
using DurableRouter.Functions.Durable;
using Microsoft.DurableTask.Protobuf;
using Microsoft.DurableTask.Worker.Grpc;

namespace DurableRouter.Functions.Tests.Durable;

/// <summary>Runs that released versions left in their task hubs, on this version's orchestrator and the official replay engine.</summary>
public sealed class HubStoryTests
{
    /// <summary>How the run of a story ended; null: it did not.</summary>
    static readonly Dictionary<string, string?> Outcomes = new()
    {
        ["finished"] = "completed",
        ["waiting-for-approval"] = null,
        ["rejected"] = "rejected",
        ["changes-requested"] = "completed",
        ["budget-raised"] = "completed",
        ["fallback-after-retries"] = "completed",
        ["tool-approved"] = "completed",
        ["worker-died"] = "completed",
        ["restarted"] = "completed",
    };

    public static TheoryData<string, string> Stories
    {
        get
        {
            var stories = new TheoryData<string, string>();
            foreach (var (version, name) in HubStory.All)
            {
                stories.Add(version, name);
            }

            return stories;
        }
    }

    [Fact]
    public void EachVersion_HasStories() => Assert.Equal(["0.1", "0.2"], HubStory.All.Select(story => story.Version).Distinct().Order());

    [Theory]
    [MemberData(nameof(Stories))]
    public void Replay_AtEachRequest_AsksForWhatThatVersionAskedFor(string version, string name)
    {
        var story = new HubStory(version, name);
        var host = new WorkflowHost([new RouterWorkflow(story.Definitions)]);
        OrchestratorResponse? answer = null;

        for (var request = 0; request < story.Requests.Count; request++)
        {
            var text = GrpcOrchestrationRunner.LoadAndRun<JsonElement, JsonElement>(story.Requests[request], (context, _) => host.RunAsync(context));
            answer = OrchestratorResponse.Parser.ParseFrom(Convert.FromBase64String(text));
            if (request < story.Requests.Count - 1)
            {
                Assert.Equal(story.AskedAfter(request), HubStory.Asked(answer));
            }
        }

        if (Outcomes[name] is not { } outcome)
        {
            Assert.Equal(OrchestratorAction.OrchestratorActionTypeOneofCase.CreateTimer, Assert.Single(answer!.Actions).OrchestratorActionTypeCase);
            Assert.Equal("approval", JsonElement.Parse(answer.CustomStatus).GetProperty("waitingFor").GetString()!.Split(' ')[0]);
            return;
        }

        var end = Assert.Single(answer!.Actions).CompleteOrchestration;
        Assert.True(end?.OrchestrationStatus == OrchestrationStatus.Completed, string.Join('\n', HubStory.Asked(answer)));
        Assert.Equal(outcome, JsonElement.Parse(end.Result).GetProperty("outcome").GetString());
    }
}
