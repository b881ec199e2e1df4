using System.Net;

namespace DurableRouter.Core.Models;

/// <summary>The connections to model endpoints, shared by all clients of a host.</summary>
static class ModelTransport
{
    public static SocketsHttpHandler CreateHandler() => new()
    {
        // A redirect would carry prompt and key to an address that no catalog names.
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        // Long-lived connections would keep an address that the name no longer has.
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        // Trace ids are ours and stay here.
        ActivityHeadersPropagator = null,
    };
}
