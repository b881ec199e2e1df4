using DurableRouter.Core.Durability;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.InProcess;

/// <summary>What every engine must do, all of it, on Durable Task's own engine.</summary>
public sealed class InProcessConformanceTests : EngineConformance
{
    // Each is a call over the network interface, answered from one dictionary.
    protected override int StartsAtOnce => 200;

    protected override async Task<IEngineUnderTest> CreateAsync(Workflow workflow, IReadOnlyList<Activity> activities) =>
        await InProcessEngine.StartAsync(workflow, activities);
}
