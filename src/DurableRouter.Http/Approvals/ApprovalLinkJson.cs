using System.Text.Json;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;

namespace DurableRouter.Http.Approvals;

/// <summary>Writes a one-time link.</summary>
public static class ApprovalLinkJson
{
    public static void Write(Utf8JsonWriter json, MadeLink link)
    {
        json.WriteStartObject();
        json.WriteString("id", link.Record.Id);
        json.WriteString("subject", link.Subject);
        json.WriteString("url", link.Url);
        json.WriteString("expiresTime", link.Record.ExpiresAt.UtcDateTime);
        json.WriteEndObject();
    }

    public static DurableRouterException Closed(ApprovalRecord record) =>
        new(ErrorCodes.ApprovalDecided, $"Approval {record.Id} is not open any more; nobody needs a link to it.");
}

public sealed record MadeLink(ApprovalRecord Record, string Subject, string Url);
