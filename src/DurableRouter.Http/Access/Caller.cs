using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Access;

/// <summary>Who sends a request.</summary>
/// <param name="Subject">A key's name, or <c>local:USER</c> on a keyless loopback host.</param>
/// <param name="HasKey">False where nobody can be told apart: rules about two different persons can't be enforced then.</param>
public sealed record Caller(string Subject, ApiRole Roles, bool HasKey)
{
    /// <summary>The caller of a request that passed the guard.</summary>
    public static Caller Of(HttpContext context) => context.Features.Get<Caller>()
        ?? throw new InvalidOperationException("The request did not pass the guard.");
}
