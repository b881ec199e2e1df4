using System.Security.Cryptography;
using System.Text;

namespace DurableRouter.Http.Access;

/// <summary>A key that callers present; only its hash is known here.</summary>
/// <param name="Name">Stands in ledger and approvals as the caller's subject.</param>
/// <param name="Sha256">SHA-256 of the key's UTF-8 bytes, 64 hex digits. Keys are random, so a plain hash is enough.</param>
public sealed record ApiKey(string Name, string Sha256, ApiRole Roles)
{
    /// <summary>Whose approvals the key may decide, where it has the role; null: anybody's.</summary>
    public IReadOnlyList<string>? Groups { get; init; }

    readonly byte[] _hash = Convert.FromHexString(Sha256);

    /// <summary>The hash to configure for a key.</summary>
    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    internal bool Matches(ReadOnlySpan<byte> presentedHash) => CryptographicOperations.FixedTimeEquals(_hash, presentedHash);
}
