using System.Globalization;
using DurableRouter.Http.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace DurableRouter.Http.Runs;

/// <summary>What a start says in its headers.</summary>
static class StartHeaders
{
    /// <summary>1 to 255 visible ASCII characters; null without the header.</summary>
    /// <exception cref="RefusedException">Code parameter_invalid.</exception>
    public static string? IdempotencyKey(HttpContext context)
    {
        var values = context.Request.Headers["Idempotency-Key"];
        if (values.Count == 0)
        {
            return null;
        }

        if (values is [{ Length: > 0 and <= 255 } key] && !key.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return key;
        }

        throw new RefusedException(HttpCodes.ParameterInvalid, "The request has a bad header. Nothing was kept.",
            [new ProblemItem("Idempotency-Key", "must be 1 to 255 visible ASCII characters, once")]);
    }

    /// <summary>The wait of <c>Prefer: wait=SECONDS</c>, cut to the limit; null when none is asked for. A preference that can't be read is ignored,
    /// as RFC 7240 wants it.</summary>
    public static TimeSpan? Wait(HttpContext context, TimeSpan limit)
    {
        foreach (var line in context.Request.Headers["Prefer"])
        {
            foreach (var preference in new StringTokenizer(line ?? "", [',', ';']))
            {
                var text = preference.AsSpan().Trim();
                if (text.StartsWith("wait=", StringComparison.OrdinalIgnoreCase)
                    && int.TryParse(text[5..], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0)
                {
                    return seconds < limit.TotalSeconds ? TimeSpan.FromSeconds(seconds) : limit;
                }
            }
        }

        return null;
    }
}
