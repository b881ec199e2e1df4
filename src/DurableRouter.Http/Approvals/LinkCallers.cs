using DurableRouter.Core.Approvals;
using DurableRouter.Core.Errors;
using DurableRouter.Http.Access;
using DurableRouter.Http.Endpoints;
using DurableRouter.Http.Problems;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Approvals;

/// <summary>Tells who presents a one-time link's token. A forged one is answered as an unknown approval is.</summary>
static class LinkCallers
{
    /// <returns>The token of <c>Authorization: Bearer apt_...</c>; null when the request has none.</returns>
    public static string? Presented(HttpRequest request)
    {
        const string start = "Bearer " + ApprovalLinks.Prefix;
        return request.Headers.Authorization is [{ } value] && value.StartsWith(start, StringComparison.Ordinal) ? value["Bearer ".Length..] : null;
    }

    /// <exception cref="DurableRouterException">Codes <c>approval_not_found</c>, <c>approval_forbidden</c>, <c>approval_expired</c>.</exception>
    /// <exception cref="RefusedException">Code too_many_attempts.</exception>
    public static async Task<Caller> IdentifyAsync(HttpContext context, string token)
    {
        var api = RouterApi.Of(context);
        var id = Ids.FromRoute(context, "id");
        if (await api.Links.OpenAsync(token, context.RequestAborted) is not { } link)
        {
            // Counted only when forged, so that nobody who holds a real link is locked out by another's guesses.
            throw api.ForgedLinks.Exceeds(api.Options.ClientAddress(context))
                ? new RefusedException(HttpCodes.TooManyAttempts, "Too many links that were never given out came from this address. Wait a minute.")
                : ApprovalDecisions.NotFound(id);
        }

        if (link.ApprovalId != id)
        {
            throw Elsewhere();
        }

        if (api.Clock.GetUtcNow() >= link.ExpiresAt)
        {
            throw new DurableRouterException(ErrorCodes.ApprovalExpired, $"The link's time ended at {link.ExpiresAt:O}. Nothing was decided by it.");
        }

        return new Caller(link.Subject, ApiRole.Viewer | ApiRole.Approver, HasKey: true) { Link = link };
    }

    public static DurableRouterException Elsewhere() => new(ErrorCodes.ApprovalForbidden,
        "The link is for another approval, or for other facts than these. Nothing was decided; use the link of this approval.");
}
