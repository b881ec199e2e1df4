using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Errors;
using DurableRouter.Http.Bodies;
using DurableRouter.Http.Endpoints;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Problems;

/// <summary>An error answer: problem+json with a stable code.</summary>
public sealed class Problem(string code, string detail, IReadOnlyList<ProblemItem>? errors = null) : JsonAnswer
{
    public string Code { get; } = code;

    /// <summary>When the same request may succeed; null when it won't by waiting.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The value of <c>Allow</c> for 405.</summary>
    public string? Allow { get; init; }

    protected override string ContentType => "application/problem+json";

    /// <summary>Internals of an unknown exception never reach the caller.</summary>
    public static Problem From(Exception exception) => exception switch
    {
        RefusedException refused => new Problem(refused.Code, refused.Message, refused.Errors) { RetryAfter = DefaultRetry(refused.Code) },
        DurableRouterException known => new Problem(known.Code, known.Message) { RetryAfter = known.RetryAfter ?? DefaultRetry(known.Code) },
        BadHttpRequestException { StatusCode: 413 } => new Problem(HttpCodes.BodyTooLarge, BodyReader.TooLarge),
        BadHttpRequestException { StatusCode: 408 } => new Problem(HttpCodes.RequestIncomplete,
            "The body arrived too slowly. Nothing was kept; send the request again."),
        BadHttpRequestException => new Problem(HttpCodes.RequestInvalid, "The request breaks the HTTP protocol. Nothing was kept."),
        _ => new Problem(HttpCodes.InternalError, "The host failed to answer; the log has the cause under this traceId. Accepted runs go on."),
    };

    protected override int StatusOf(HttpContext context)
    {
        var status = ProblemStatus.Of(Code);
        var headers = context.Response.Headers;
        if (RetryAfter is { } retry)
        {
            headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(retry.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (Allow is not null)
        {
            headers.Allow = Allow;
        }

        if (status == 401)
        {
            headers.WWWAuthenticate = "Bearer";
        }

        if (status is 408 or 413)
        {
            headers.Connection = "close";
        }

        headers.CacheControl = "no-store";
        return status;
    }

    protected override void Write(Utf8JsonWriter json, HttpContext context)
    {
        var status = ProblemStatus.Of(Code);
        json.WriteStartObject();
        json.WriteString("type", "urn:durable-router:error:" + Code);
        json.WriteString("title", ProblemStatus.TitleOf(status));
        json.WriteNumber("status", status);
        json.WriteString("detail", detail);
        json.WriteString("instance", context.Request.Path.Value);
        json.WriteString("code", Code);
        if (errors is { Count: > 0 })
        {
            json.WriteStartArray("errors");
            foreach (var error in errors)
            {
                json.WriteStartObject();
                json.WriteString("pointer", error.Pointer);
                json.WriteString("detail", error.Detail);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (Ids.RunIdInPath(context) is { } runId)
        {
            json.WriteString("runId", runId);
        }

        json.WriteString("traceId", Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier);
        json.WriteEndObject();
    }

    static TimeSpan? DefaultRetry(string code) => code == HttpCodes.TooManyAttempts ? TimeSpan.FromMinutes(1)
        : ProblemStatus.Of(code) is 429 or 503 ? TimeSpan.FromSeconds(2) : null;
}
