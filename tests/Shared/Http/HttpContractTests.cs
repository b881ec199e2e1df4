using DurableRouter.Http;

namespace DurableRouter.Tests.Http;

/// <summary>What every host's HTTP interface must do. A host offers the pipelines of <see cref="ContractPipelines"/>.</summary>
public abstract partial class HttpContractTests
{
    /// <summary>How many requests come at once where a crowd is the point.</summary>
    protected virtual int ManyAtOnce => 1000;

    /// <summary>The patience of every wait, in real time.</summary>
    protected virtual TimeSpan Soon => TimeSpan.FromSeconds(90);

    /// <summary>Whether something in front of the host resolves <c>..</c> in paths: then the host is asked for what is left, which isn't
    /// there.</summary>
    protected virtual bool DotsAreResolvedBefore => false;

    /// <summary>A host as configured. Without a configuration it may be one that other facts have used: each looks at what it has made
    /// itself.</summary>
    protected abstract Task<ContractHost> OpenAsync(Action<RouterApiOptions>? configure = null);
}
