using DurableRouter.Functions.Tests.Host;
using DurableRouter.Http;
using DurableRouter.Tests.Http;

namespace DurableRouter.Functions.Tests.Http;

/// <summary>The contract over the Functions app.</summary>
public sealed class FunctionsHttpTests : HttpContractTests
{
    /// <summary>Each start is several requests to the one Azurite.</summary>
    protected override int ManyAtOnce => 100;

    protected override async Task<ContractHost> OpenAsync(Action<RouterApiOptions>? configure = null) => await FunctionsHost.StartAsync(configure);
}
