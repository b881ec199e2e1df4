using DurableRouter.Core.Durability;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Durable;

/// <summary>What every engine must do, through the Durable Task adapters: the orchestrator is run again from its history at every event.</summary>
public sealed class DurableTaskConformanceTests : EngineConformance
{
    protected override Task<IEngineUnderTest> CreateAsync(Workflow workflow, IReadOnlyList<Activity> activities) =>
        Task.FromResult<IEngineUnderTest>(new FunctionsEngine(workflow, _ => activities));
}
