using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Approvals;

/// <summary>One-time links: a sealed statement that a person may decide one approval on exactly these facts until its time ends.</summary>
/// <remarks>A token is <c>apt_</c> and base64url of version (1 byte), approval id (16), digest (32), expiry in Unix seconds (8), the subject in
/// UTF-8, and HMAC-SHA256 (32) over all of it. Nothing is stored for a token: the vote that it casts keeps its hash, and a person has one
/// vote. The seal is checked before anything is looked up, so a forged token costs no read and tells nothing.</remarks>
public sealed class ApprovalLinks(IApprovalStore approvals)
{
    public const string Prefix = "apt_";

    const byte Version = 1;
    const int SubjectAt = 1 + 16 + 32 + 8;
    const int SealLength = 32;
    const string IdPrefix = "apr-";

    static readonly byte[] Purpose = "durable-router approval link"u8.ToArray();

    byte[]? _key;

    /// <summary>The token travels in the fragment, which browsers never send.</summary>
    public static string Url(string baseUrl, string approvalId, string token) => $"{baseUrl.TrimEnd('/')}/approve/{approvalId}#{token}";

    public async Task<string> CreateAsync(ApprovalRecord record, string subject, CancellationToken cancellationToken)
    {
        var name = Encoding.UTF8.GetBytes(subject);
        var token = new byte[SubjectAt + name.Length + SealLength];
        token[0] = Version;
        Convert.FromHexString(record.Id.AsSpan(IdPrefix.Length), token.AsSpan(1, 16), out _, out _);
        Convert.FromHexString(record.Digest, token.AsSpan(17, 32), out _, out _);
        BinaryPrimitives.WriteInt64BigEndian(token.AsSpan(49), record.ExpiresAt.ToUnixTimeSeconds());
        name.CopyTo(token, SubjectAt);
        Seal(await KeyAsync(cancellationToken), token.AsSpan(0, token.Length - SealLength)).CopyTo(token.AsSpan(token.Length - SealLength));
        return Prefix + Base64Url.EncodeToString(token);
    }

    /// <returns>What the token states; null for one that this product never gave out.</returns>
    public async Task<ApprovalLink?> OpenAsync(string token, CancellationToken cancellationToken)
    {
        var key = await KeyAsync(cancellationToken);
        if (!token.StartsWith(Prefix, StringComparison.Ordinal) || token.Length > 1024 || !Base64Url.IsValid(token.AsSpan(Prefix.Length)))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(token.AsSpan(Prefix.Length));
        if (bytes.Length <= SubjectAt + SealLength || bytes[0] != Version)
        {
            return null;
        }

        var stated = bytes.AsSpan(0, bytes.Length - SealLength);
        return CryptographicOperations.FixedTimeEquals(Seal(key, stated), bytes.AsSpan(stated.Length))
            ? new ApprovalLink(IdPrefix + Convert.ToHexStringLower(stated.Slice(1, 16)), Convert.ToHexStringLower(stated.Slice(17, 32)),
                Encoding.UTF8.GetString(stated[SubjectAt..]), DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(stated[49..])),
                Convert.ToHexStringLower(SHA256.HashData(stated)))
            : null;
    }

    static byte[] Seal(byte[] key, ReadOnlySpan<byte> stated) => HMACSHA256.HashData(key, (byte[])[.. Purpose, .. stated]);

    async ValueTask<byte[]> KeyAsync(CancellationToken cancellationToken) => _key ??= (await approvals.SealingKeyAsync(cancellationToken)).ToArray();
}

/// <summary>What a token states.</summary>
/// <param name="Hash">Tells one token from another without being one.</param>
public sealed record ApprovalLink(string ApprovalId, string Digest, string Subject, DateTimeOffset ExpiresAt, string Hash);
