using DurableRouter.Http.Bodies;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DurableRouter.Http;

/// <summary>Bounds on what one connection may cost.</summary>
public static class KestrelLimits
{
    /// <summary>Bounds body and header sizes, their arrival times and the number of connections, against floods and slow senders.</summary>
    public static void ConfigureDurableRouterLimits(this KestrelServerOptions options)
    {
        options.AddServerHeader = false;
        var limits = options.Limits;
        limits.MaxRequestBodySize = BodyReader.MaxBytes;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestLineSize = 4 * 1024;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(90);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 1024, gracePeriod: TimeSpan.FromSeconds(5));
        limits.MinResponseDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(10));
        limits.MaxConcurrentConnections = 4096;
        limits.MaxConcurrentUpgradedConnections = 0;
    }
}
