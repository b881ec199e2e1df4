using DurableRouter.Http.Problems;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Access;

/// <summary>Keeps pages of other origins from changing anything through a person's browser.</summary>
public static class BrowserGuard
{
    /// <exception cref="RefusedException">Code origin_not_allowed.</exception>
    public static void Check(HttpContext context, RouterApiOptions options)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
        {
            return;
        }

        var origin = request.Headers.Origin;
        var crossSite = request.Headers["Sec-Fetch-Site"] is [{ } site] && site is not ("same-origin" or "none");
        if (crossSite || (origin.Count > 0 && !IsOwn(origin.ToString(), request, options)))
        {
            throw new RefusedException(HttpCodes.OriginNotAllowed,
                "A page of another origin may not change anything here. Nothing was kept; use this host's own pages or no browser.");
        }
    }

    static bool IsOwn(string origin, HttpRequest request, RouterApiOptions options) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && (Same(uri, $"{request.Scheme}://{request.Host}") || (options.PublicUrl is { } own && Same(uri, own.AbsoluteUri)));

    static bool Same(Uri origin, string own) => Uri.TryCreate(own, UriKind.Absolute, out var uri)
        && Uri.Compare(origin, uri, UriComponents.SchemeAndServer | UriComponents.StrongPort, UriFormat.UriEscaped,
            StringComparison.OrdinalIgnoreCase) == 0;
}
