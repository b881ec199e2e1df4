using DurableRouter.Http;

namespace DurableRouter.Tests.Http;

/// <summary>The contract over the in-memory engine.</summary>
public sealed class MemoryHttpTests : HttpContractTests
{
    protected override async Task<ContractHost> OpenAsync(Action<RouterApiOptions>? configure = null) => await MemoryHost.StartAsync(configure);
}
