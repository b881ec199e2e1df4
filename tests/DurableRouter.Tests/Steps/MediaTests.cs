using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Values;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Steps;

/// <summary>Steps that run on demand, in a workflow that is replayed after every event.</summary>
public class MediaTests
{
    const string Gif = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw==";

    [Fact]
    public async Task NobodySees_TheTextStandsInAndTheConversionRunsOnce()
    {
        var pipeline = Pipeline(seeing: false);
        pipeline.Models.Usually("extract", _ => """{"text":"a grey cat"}""");

        var host = await pipeline.Host(Gif).RunAsync();

        Assert.Equal(["read reader", "left small", "right small"], host.Ledger.Select(r => $"{r.Step} {r.Model}"));
        Assert.All(pipeline.Models.Of("generate"), call => Assert.Contains("a grey cat", call.User, StringComparison.Ordinal));
        Assert.Equal(["left", "right"], host.Output.Degraded.Select(d => d.Split(':')[0]));
        Assert.Equal("3/3", host.Progress!.Progress);
    }

    [Fact]
    public async Task SomebodySees_TheConversionIsLeftOut()
    {
        var host = await Pipeline(seeing: true).Host(Gif).RunAsync();

        Assert.Equal(["left small", "right small"], host.Ledger.Select(r => $"{r.Step} {r.Model}"));
        Assert.Empty(host.Output.Degraded);
        Assert.Equal("3/3", host.Progress!.Progress);
    }

    [Fact]
    public async Task ConversionFailsToo_TheRunEndsWithItsReason()
    {
        var pipeline = Pipeline(seeing: false);
        pipeline.Models.Usually("extract", _ => ScriptedReply.Fails(FailureCodes.Unauthorized));

        var host = await pipeline.Host(Gif).RunAsync();

        Assert.Equal("failed", host.Output.Outcome);
        Assert.Equal("read", host.Output.Failure!.Step);
    }

    [Fact]
    public async Task AnotherStepFails_WhileTheConversionIsOut_ItIsAwaitedAndItsCostCounts()
    {
        var pipeline = Pipeline(seeing: false);
        pipeline.Steps[1] = TestPipeline.Writer("broken", [], "input.text") with { Route = new StepRoute(Models: ["small"]) };
        pipeline.Models.Usually("extract", _ => """{"text":"a grey cat"}""").Usually("generate", _ => ScriptedReply.Fails(FailureCodes.Unauthorized));

        var host = await pipeline.Host(Gif).RunAsync();

        Assert.Equal("broken", host.Output.Failure!.Step);
        Assert.Equal(["broken small Failed", "read reader Ok"], host.Ledger.Select(r => $"{r.Step} {r.Model} {r.Outcome}"));
        Assert.Equal(host.Ledger.Sum(r => r.CostUsd), host.Output.Summary.TotalUsd);
        Assert.True(host.Ledger[1].CostUsd > 0);
    }

    /// <summary>Two writers that see a picture, and a step that says it in words for both.</summary>
    static TestPipeline Pipeline(bool seeing)
    {
        var pipeline = new TestPipeline
        {
            Steps =
            [
                TestPipeline.Writer("read", [], "input.text") with { Kind = StepKind.Extract, Input = [new("photo", new FieldSource("input.text", Media: MediaKinds.Image))] },
                Seer("left"), Seer("right"),
            ],
            Result = new FieldSource("right.text"),
        };
        pipeline.Catalog = [.. pipeline.Catalog.Select(m => m with { Capabilities = m.Capabilities with { Vision = seeing && m.Name == "small" } }),
            TestPipeline.Model("reader", Tier.Fast, 9) with { Capabilities = new ModelCapabilities(Vision: true, Reasoning: 0) }];
        pipeline.Steps[1] = pipeline.Steps[1] with { Route = new StepRoute(Tier.Fast, MinReasoning: 1) };
        pipeline.Steps[2] = pipeline.Steps[2] with { Route = new StepRoute(Tier.Fast, MinReasoning: 1) };
        return pipeline;
    }

    static StepDefinition Seer(string id) => TestPipeline.Writer(id, ["read"], "input.text") with
    {
        Input = [new("photo", new FieldSource("input.text", Media: MediaKinds.Image, OrText: "read.text"))],
    };
}
