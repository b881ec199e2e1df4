using DurableRouter.Http.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace DurableRouter.Http.Endpoints;

/// <summary>Ids are checked before anything is looked up by them.</summary>
public static class Ids
{
    /// <summary><c>^[a-z0-9][a-z0-9-]{0,62}$</c>.</summary>
    public static bool IsValid(ReadOnlySpan<char> id)
    {
        if (id.Length is 0 or > 63 || id[0] == '-')
        {
            return false;
        }

        foreach (var c in id)
        {
            if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary><c>^[a-zA-Z0-9:._-]{1,128}$</c>.</summary>
    public static bool IsEventName(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
        {
            if (!(char.IsAsciiLetterOrDigit(c) || c is ':' or '.' or '_' or '-'))
            {
                return false;
            }
        }

        return name.Length is > 0 and <= 128;
    }

    /// <summary>The valid id at a place of the route.</summary>
    /// <exception cref="RefusedException">Code id_invalid.</exception>
    public static string FromRoute(HttpContext context, string name) =>
        context.Request.RouteValues[name] is string id && IsValid(id) ? id : throw Invalid();

    public static string RunId(HttpContext context) => FromRoute(context, "id");

    /// <summary>For error answers: the run that the request is about, if it is about one.</summary>
    public static string? RunIdInPath(HttpContext context) =>
        context.Request.RouteValues.TryGetValue("id", out var value) && value is string id && IsValid(id)
            && id.StartsWith("run-", StringComparison.Ordinal) ? id : null;

    /// <summary>Refuses paths that a server or proxy may read as another path: dot segments, back-slashes, encoded separators.</summary>
    /// <remarks>The server removes dot segments before it routes, so only the raw target still shows them.</remarks>
    /// <exception cref="RefusedException">Code id_invalid.</exception>
    public static void CheckPath(HttpContext context)
    {
        var target = (context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "").AsSpan();
        var end = target.IndexOf('?');
        var path = end < 0 ? target : target[..end];
        if (path.IndexOfAny('%', '\\', '#') < 0 && path.IndexOf("/.") < 0)
        {
            return;
        }

        var decoded = Uri.UnescapeDataString(path.ToString());
        if (decoded.AsSpan().IndexOfAny("\\#?\0%") >= 0 || decoded.Contains("/.", StringComparison.Ordinal)
            || decoded.Count(c => c == '/') != path.Count('/') || decoded.Any(char.IsControl))
        {
            throw Invalid();
        }
    }

    static RefusedException Invalid() => new(HttpCodes.IdInvalid,
        "An id has 1 to 63 characters: lower-case letters, digits and '-', not '-' first. Nothing was looked up.");
}
