using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DurableRouter.Core.Notifications;

/// <summary>Signatures as the Standard Webhooks specification 1.0 has them (https://www.standardwebhooks.com): HMAC-SHA256 over
/// <c>ID.TIMESTAMP.BODY</c>, written <c>v1,BASE64</c>; several are separated by spaces.</summary>
public static class WebhookSignature
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>How far a message's time may be from ours, either way.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    const string SecretPrefix = "whsec_";
    const int ShortestSecret = 24;
    const int LongestSecret = 64;

    /// <returns>The key's bytes; null when the text is not <c>whsec_</c> and base64 of 24 to 64 bytes.</returns>
    public static byte[]? ReadSecret(string text)
    {
        if (!text.StartsWith(SecretPrefix, StringComparison.Ordinal))
        {
            return null;
        }

        var bytes = new byte[LongestSecret + 3];
        return Convert.TryFromBase64String(text[SecretPrefix.Length..], bytes, out var length) && length is >= ShortestSecret and <= LongestSecret
            ? bytes[..length] : null;
    }

    /// <summary>The header's value: one signature for each key.</summary>
    public static string Sign(IEnumerable<byte[]> keys, string id, DateTimeOffset at, ReadOnlySpan<byte> body)
    {
        var signed = Signed(id, at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), body);
        return string.Join(' ', keys.Select(key => "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed))));
    }

    /// <summary>Whether any signature of the header was made with any of the keys. Takes the same time for all of equal length.</summary>
    public static bool Verify(IEnumerable<byte[]> keys, string id, string timestamp, ReadOnlySpan<byte> body, string header)
    {
        const string version = "v1,";
        var signed = Signed(id, timestamp, body);
        var expected = keys.Select(key => HMACSHA256.HashData(key, signed)).ToList();
        var valid = false;
        var given = new byte[SHA256.HashSizeInBytes + 3];
        foreach (var part in header.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.StartsWith(version, StringComparison.Ordinal) && Convert.TryFromBase64String(part[version.Length..], given, out var length))
            {
                foreach (var signature in expected)
                {
                    valid |= CryptographicOperations.FixedTimeEquals(given.AsSpan(0, length), signature);
                }
            }
        }

        return valid;
    }

    static byte[] Signed(string id, string timestamp, ReadOnlySpan<byte> body) => [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
}
