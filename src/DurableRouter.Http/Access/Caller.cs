using DurableRouter.Core.Approvals;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Access;

/// <summary>Who sends a request.</summary>
/// <param name="Subject">A key's name, or <c>local:USER</c> on a keyless loopback host.</param>
/// <param name="HasKey">False where nobody can be told apart: rules about two different persons can't be enforced then.</param>
public sealed record Caller(string Subject, ApiRole Roles, bool HasKey)
{
    /// <summary>Whose approvals the caller may decide; null: anybody's.</summary>
    public IReadOnlyList<string>? Groups { get; init; }

    /// <summary>The one-time link that the caller came by; null for keys.</summary>
    public ApprovalLink? Link { get; init; }

    public Approver Approver => new(Subject, HasKey, Link is not null ? "link" : HasKey ? "key" : "local", Groups, Link?.Hash);

    /// <summary>The caller of a request that passed the guard.</summary>
    public static Caller Of(HttpContext context) => context.Features.Get<Caller>()
        ?? throw new InvalidOperationException("The request did not pass the guard.");
}
