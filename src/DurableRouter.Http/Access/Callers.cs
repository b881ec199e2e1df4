using System.Net;
using System.Security.Cryptography;
using System.Text;
using DurableRouter.Http.Problems;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Access;

/// <summary>Tells who sends a request. Without keys only this machine may call; with keys every caller needs one.</summary>
public sealed class Callers(RouterApiOptions options)
{
    readonly ApiKey[] _keys = [.. options.Keys];

    readonly Caller _local = new("local:" + Environment.UserName, ApiRoles.Local, HasKey: false);

    public bool Keyless => _keys.Length == 0;

    /// <exception cref="RefusedException">Codes unauthenticated, host_not_allowed.</exception>
    public Caller Identify(HttpContext context)
    {
        if (!Keyless)
        {
            return ByKey(context.Request);
        }

        if (!options.AllowKeylessLoopback || !FromThisMachine(context))
        {
            throw new RefusedException(HttpCodes.Unauthenticated,
                "This host has no keys, so it answers callers on its own machine only. Configure keys to open it.");
        }

        // A page that rebinds its name to 127.0.0.1 still sends its own name here.
        if (!IsLoopbackName(context.Request.Host.Host))
        {
            throw new RefusedException(HttpCodes.HostNotAllowed,
                "A host without keys answers to localhost, 127.0.0.1 and [::1] only. Use one of these, or configure keys.");
        }

        return _local;
    }

    Caller ByKey(HttpRequest request)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Caller? found = null;
        if (Presented(request) is { Length: > 0 and <= 512 } key)
        {
            SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);

            // All keys are compared, so the time doesn't tell which one came near.
            foreach (var known in _keys)
            {
                if (known.Matches(hash))
                {
                    found = new Caller(known.Name, known.Roles, HasKey: true) { Groups = known.Groups };
                }
            }
        }

        return found ?? throw new RefusedException(HttpCodes.Unauthenticated,
            "Send a valid key in x-functions-key or as Authorization: Bearer. Nothing was kept.");
    }

    static string? Presented(HttpRequest request)
    {
        if (request.Headers.TryGetValue("x-functions-key", out var key))
        {
            return key.Count == 1 ? key[0] : null;
        }

        var authorization = request.Headers.Authorization;
        const string scheme = "Bearer ";
        return authorization.Count == 1 && authorization[0]!.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            ? authorization[0]![scheme.Length..].Trim()
            : null;
    }

    // A proxy on this machine would make every caller look local; it announces itself by one of these headers.
    static bool FromThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote)
        && !context.Request.Headers.ContainsKey("X-Forwarded-For")
        && !context.Request.Headers.ContainsKey("X-Forwarded-Host")
        && !context.Request.Headers.ContainsKey("Forwarded");

    static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host is "127.0.0.1" or "[::1]";
}
