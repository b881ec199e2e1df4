using DurableRouter.Http;

namespace DurableRouter.Tests.Http;

/// <summary>The contract over the embedded engine.</summary>
public sealed class EmbeddedHttpTests : HttpContractTests
{
    protected override async Task<ContractHost> OpenAsync(Action<RouterApiOptions>? configure = null) => await EmbeddedHost.StartAsync(configure);
}
