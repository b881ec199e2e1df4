using System.Net;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Functions.Http;

/// <summary>The caller's address as the platform's front end names it, with or without a port.</summary>
/// <remarks>The connection's own address is the Functions host's, and what the host forwards is the address that it saw itself.</remarks>
/// <param name="header">One that the front end overwrites, so that no caller can choose it; null where there is no front end.</param>
sealed class ClientAddress(string? header)
{
    /// <summary>Null when the header isn't there exactly once, or holds no address.</summary>
    public IPAddress? Of(HttpContext context) =>
        header is not null && context.Request.Headers[header] is [{ } value] && IPEndPoint.TryParse(value.Trim(), out var end)
            ? end.Address : null;
}
