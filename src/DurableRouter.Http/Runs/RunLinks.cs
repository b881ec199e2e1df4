using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Runs;

/// <summary>The addresses of one run. None carries a key.</summary>
static class RunLinks
{
    /// <summary>Without a trailing slash.</summary>
    public static string BaseUrl(HttpContext context)
    {
        if (RouterApi.Of(context).Options.PublicUrl is { } own)
        {
            return own.AbsoluteUri.TrimEnd('/');
        }

        var request = context.Request;
        return $"{request.Scheme}://{request.Host.ToUriComponent()}{request.PathBase.ToUriComponent()}";
    }

    public static void Write(Utf8JsonWriter json, string runId, string baseUrl)
    {
        var run = $"{baseUrl}/api/runs/{runId}";
        json.WriteStartObject();
        json.WriteString("id", runId);
        json.WriteString("statusQueryGetUri", run);
        json.WriteString("sendEventPostUri", run + "/raiseEvent/{eventName}");
        json.WriteString("terminatePostUri", run + "/terminate?reason={text}");
        json.WriteString("suspendPostUri", run + "/suspend?reason={text}");
        json.WriteString("resumePostUri", run + "/resume?reason={text}");
        json.WriteString("purgeHistoryDeleteUri", run);
        json.WriteString("eventsGetUri", run + "/events");
        json.WriteString("portalUri", $"{baseUrl}/portal/runs/{runId}");
        json.WriteEndObject();
    }
}
