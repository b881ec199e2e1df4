using DurableRouter.Core.Durability;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Engine;

public sealed class EmbeddedEngineConformanceTests : EngineConformance
{
    protected override async Task<IEngineUnderTest> CreateAsync(Workflow workflow, IReadOnlyList<Activity> activities) =>
        await EmbeddedEngineHarness.StartAsync(workflow, activities);
}

/// <summary>The same facts when every turn begins with a replay of the whole history, as after a restart.</summary>
public sealed class ReplayingEngineConformanceTests : EngineConformance
{
    protected override async Task<IEngineUnderTest> CreateAsync(Workflow workflow, IReadOnlyList<Activity> activities) =>
        await EmbeddedEngineHarness.StartAsync(workflow, activities, options => options.ReplayEveryTurn = true);
}
