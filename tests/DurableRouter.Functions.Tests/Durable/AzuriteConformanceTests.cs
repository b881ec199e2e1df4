using DurableRouter.Core.Durability;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Functions.Tests.Storage;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Durable;

/// <summary>The same facts over the app's own stores, on Tables and Blobs of an emulator.</summary>
public sealed class AzuriteConformanceTests : EngineConformance
{
    // One start is several requests to one Node process.
    protected override int StartsAtOnce => 50;

    protected override async Task<IEngineUnderTest> CreateAsync(Workflow workflow, IReadOnlyList<Activity> activities) =>
        new FunctionsEngine(workflow, _ => activities, stores: AppStores.On(await TestStorage.CreateAsync()));
}
