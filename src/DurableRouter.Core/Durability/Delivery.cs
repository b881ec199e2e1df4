using System.Security.Cryptography;
using System.Text;

namespace DurableRouter.Core.Durability;

/// <summary>One message to one receiver. Its content is read when it is sent, so that nothing secret is stored with it.</summary>
/// <param name="Id">The <c>webhook-id</c>, derived from what it tells and to whom.</param>
/// <param name="Kind">One of <see cref="DeliveryKinds"/>. Persisted.</param>
/// <param name="Subject">The approval or the run.</param>
/// <param name="Target">A configured receiver's name; for a run's callback its URL.</param>
/// <param name="NextAt">UTC: not before.</param>
/// <param name="Error">Why the last attempt failed.</param>
public sealed record Delivery(string Id, string Kind, string Subject, string Target, DeliveryState State, int Attempts, DateTimeOffset CreatedAt,
    DateTimeOffset NextAt, string? Error = null)
{
    public static Delivery Create(string kind, string subject, string target, DeliveryState state, DateTimeOffset at) =>
        new($"msg-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{subject}\n{target}")))[..32]}", kind, subject, target,
            state, 0, at, at);
}

public enum DeliveryState
{
    /// <summary>For the end of a run.</summary>
    Waiting,
    Due,
    Delivered,

    /// <summary>Nobody took it for too long, or it may not be sent.</summary>
    GivenUp,
}

/// <summary>What messages tell. Persisted.</summary>
public static class DeliveryKinds
{
    public const string ApprovalRequested = "approval.requested";
    public const string ApprovalEscalated = "approval.escalated";

    /// <summary>A run's callback; how the run ended stands in the message's type.</summary>
    public const string RunEnded = "run.ended";
}
