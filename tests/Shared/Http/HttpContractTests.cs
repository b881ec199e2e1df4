using DurableRouter.Http;

namespace DurableRouter.Tests.Http;

/// <summary>What every host's HTTP interface must do. A host offers the pipelines of <see cref="ContractPipelines"/>.</summary>
public abstract partial class HttpContractTests
{
    /// <summary>How many requests come at once where a crowd is the point.</summary>
    protected virtual int ManyAtOnce => 1000;

    protected abstract Task<ContractHost> OpenAsync(Action<RouterApiOptions>? configure = null);
}
