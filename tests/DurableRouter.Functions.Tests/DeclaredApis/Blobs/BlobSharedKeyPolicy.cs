using System.Globalization;
using System.Text;
using Azure.Core;
using DurableRouter.Functions.Tests.DeclaredApis.Storage;

namespace Azure.Storage.Blobs;

/// <summary>The full form: verb, standard headers, the <c>x-ms-</c> headers and the resource with its query.</summary>
sealed class BlobSharedKeyPolicy(string account, byte[] key) : SharedKeyPolicy(account, key)
{
    static readonly string[] StandardHeaders =
        ["Content-MD5", "Content-Type", "Date", "If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range"];

    protected override string Scheme => "SharedKey";

    protected override string StringToSign(Request request)
    {
        var address = request.Uri.ToUri();
        var text = new StringBuilder($"{request.Method}\n{Header(request, "Content-Encoding")}\n{Header(request, "Content-Language")}\n{Length(request)}\n");
        foreach (var name in StandardHeaders)
        {
            text.Append(Header(request, name)).Append('\n');
        }

        foreach (var header in request.Headers.Where(h => h.Name.StartsWith("x-ms-", StringComparison.OrdinalIgnoreCase))
            .OrderBy(h => h.Name.ToLowerInvariant(), StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{header.Name.ToLowerInvariant()}:{header.Value}\n");
        }

        text.Append(Resource(address));
        foreach (var pair in address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal))
        {
            var parts = pair.Split('=', 2);
            text.Append(CultureInfo.InvariantCulture, $"\n{parts[0]}:{Uri.UnescapeDataString(parts[1])}");
        }

        return text.ToString();
    }

    static string Length(Request request) =>
        request.Content is { } content && content.TryComputeLength(out var length) && length > 0 ? length.ToString(CultureInfo.InvariantCulture) : "";
}
