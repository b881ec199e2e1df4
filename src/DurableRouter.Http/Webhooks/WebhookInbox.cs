using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Notifications;
using DurableRouter.Http.Problems;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Webhooks;

/// <summary>Tells which configured source signed a message.</summary>
public sealed class WebhookInbox(WebhookConfig config, WebhookSecrets secrets, TimeProvider clock)
{
    const int MaxHeader = 4096;

    readonly (WebhookSource Source, IReadOnlyList<byte[]> Keys)[] _sources = [.. config.Sources.Select(s => (s, secrets.Of(s.Secrets)))];

    /// <summary>The <c>webhook-id</c> and how its source may decide.</summary>
    /// <exception cref="RefusedException">Codes request_invalid (400), webhook_unverified (401).</exception>
    internal SignedMessage Verify(IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        var id = Header(headers, WebhookSignature.IdHeader);
        var timestamp = Header(headers, WebhookSignature.TimestampHeader);
        var signature = Header(headers, WebhookSignature.SignatureHeader);
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            throw Bad(WebhookSignature.TimestampHeader, "must be Unix seconds");
        }

        if (Math.Abs(clock.GetUtcNow().ToUnixTimeSeconds() - (decimal)seconds) > (decimal)WebhookSignature.Tolerance.TotalSeconds)
        {
            throw new RefusedException(HttpCodes.WebhookUnverified,
                "The message's time is more than 5 minutes from this host's. Nothing was decided; sign it anew, or set the clocks.");
        }

        WebhookSource? signer = null;
        foreach (var (source, keys) in _sources)
        {
            // All are tried, so the time doesn't tell which one came near.
            signer = WebhookSignature.Verify(keys, id, timestamp, body, signature) ? source : signer;
        }

        return signer is not null
            ? new SignedMessage(SignedMessage.Name(signer, id), "webhook:" + signer.Name, signer.Groups.Count == 0 ? null : signer.Groups)
            : throw new RefusedException(HttpCodes.WebhookUnverified,
                "No configured secret made the signature of webhook-id.webhook-timestamp.body. Nothing was decided.");
    }

    static string Header(IHeaderDictionary headers, string name) =>
        headers[name] is [{ Length: > 0 and <= MaxHeader } value] && !value.AsSpan().ContainsAnyExceptInRange(' ', '~') ? value
        : throw Bad(name, "must be given once, in visible ASCII");

    static RefusedException Bad(string header, string detail) => new(HttpCodes.RequestInvalid,
        "A signed message has the headers webhook-id, webhook-timestamp and webhook-signature. Nothing was decided.", [new ProblemItem(header, detail)]);
}

/// <param name="Id">See <see cref="Name"/>.</param>
/// <param name="Via">As in <see cref="ApprovalDecision.Via"/>.</param>
/// <param name="Groups">Whose approvals the source may decide; null: anybody's.</param>
sealed record SignedMessage(string Id, string Via, IReadOnlyList<string>? Groups)
{
    /// <summary>What the message is remembered by: of two sources that count alike, none hides the other's messages; and no id is too long for a store.</summary>
    public static string Name(WebhookSource source, string webhookId) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{source.Name}\n{webhookId}")));

    public Approver Approver(string subject) => new(subject, Known: true, Via, Groups, Id);
}
