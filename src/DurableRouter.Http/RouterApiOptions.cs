using System.Net;
using DurableRouter.Http.Access;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http;

/// <summary>What a host decides about its HTTP interface. Read once, at start.</summary>
public sealed class RouterApiOptions
{
    /// <summary>With any key configured, every caller needs one.</summary>
    public IList<ApiKey> Keys { get; } = [];

    /// <summary>Without keys, whether callers on this machine are let in. Default: true.</summary>
    public bool AllowKeylessLoopback { get; set; } = true;

    /// <summary>Whose address limits count by; null where nobody can tell, and then all share one count. Default: the connection's.</summary>
    public Func<HttpContext, IPAddress?> ClientAddress { get; set; } = context => context.Connection.RemoteIpAddress;

    /// <summary>The address that links are built on; null takes each request's own scheme and host.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>The pipeline of <c>POST /api/runs</c> without one.</summary>
    public string DefaultPipeline { get; set; } = "document";

    /// <summary>The longest that <c>Prefer: wait</c> holds a start. Default: 60 s.</summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often a silent event stream sends a comment, so that proxies keep it open. Default: 15 s.</summary>
    public TimeSpan StreamHeartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>When an event stream ends and the client is to come back. Default: 200 s, below the Azure load balancer's 230 s.</summary>
    public TimeSpan StreamLimit { get; set; } = TimeSpan.FromSeconds(200);
}
