using System.Net;
using DurableRouter.Http.Access;
using DurableRouter.Local.Commands;

namespace DurableRouter.Local.Serving;

/// <summary>Where the server listens.</summary>
/// <param name="Address">Null: every address of the machine.</param>
sealed record Binding(IPAddress? Address, int Port, bool Tls)
{
    public bool IsLoopback => Address is not null && IPAddress.IsLoopback(Address);
}

/// <summary>What has to be true before anybody outside this machine can reach the server.</summary>
/// <param name="HasKeys">Whether callers need a key.</param>
/// <param name="Public">Whether the operator said that others are meant to reach it.</param>
/// <param name="HasCertificate">Whether the server can speak TLS itself.</param>
/// <param name="BehindProxy">Whether the operator said that a proxy in front speaks TLS.</param>
sealed record BindPolicy(bool HasKeys, bool Public, bool HasCertificate, bool BehindProxy)
{
    /// <param name="urls">Separated by semicolons.</param>
    /// <exception cref="UsageException">A URL can't be used, or would open the server without protection.</exception>
    public IReadOnlyList<Binding> Bindings(string urls)
    {
        var bindings = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Read).ToList();
        return bindings.Count > 0 ? bindings : throw new UsageException("--urls names no address. Leave it out for http://127.0.0.1:5080.");
    }

    Binding Read(string url)
    {
        // The wildcards that servers know are no host names to a URI.
        var any = url.Contains("://*", StringComparison.Ordinal) || url.Contains("://+", StringComparison.Ordinal);
        if (!Uri.TryCreate(any ? url.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal) : url,
            UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.PathAndQuery != "/")
        {
            throw new UsageException($"--urls: {url} is no address to listen on. Write it like http://127.0.0.1:5080.");
        }

        var binding = new Binding(Address(uri), uri.Port, uri.Scheme == "https");
        if (binding.Tls && !HasCertificate)
        {
            throw new UsageException($"--urls: {url} needs a certificate. Add --certificate FILE.pfx, or use http:// on this machine only.");
        }

        if (binding.IsLoopback)
        {
            return binding;
        }

        if (!HasKeys || !Public)
        {
            throw new UsageException($"--urls: {url} can be reached by others. Configure keys in {ApiKeys.Variable} and add --public, or listen on http://127.0.0.1:5080.");
        }

        return binding.Tls || BehindProxy ? binding : throw new UsageException(
            $"--urls: {url} would carry keys and documents unencrypted. Use https:// with --certificate FILE.pfx, or add --behind-proxy when a proxy speaks TLS.");
    }

    static IPAddress? Address(Uri uri) =>
        uri.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) ? address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? null : address
        : throw new UsageException($"--urls: {uri.Host} is a name, and a name may point anywhere. Use localhost or an address.");
}
