using DurableRouter.Tests.Http;

namespace DurableRouter.Tests.Resilience;

/// <summary>The HTTP interface of a host that is a process of its own.</summary>
sealed class ServedApi(ServeProcess host) : ContractHost(host.Url)
{
    public override ValueTask DisposeAsync()
    {
        CloseClient();
        return ValueTask.CompletedTask;
    }
}
