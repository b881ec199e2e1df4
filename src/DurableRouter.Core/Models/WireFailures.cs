using System.ClientModel;
using System.Globalization;
using System.Text.Json;
using Azure.Identity;
using DurableRouter.Core.Errors;

namespace DurableRouter.Core.Models;

/// <summary>Names what went wrong on the wire: the one place where statuses and provider errors become failure codes.</summary>
/// <param name="isModel">False for a tool, whose words about policies and lengths are its own.</param>
sealed class WireFailures(SecretRedactor redactor, bool isModel = true)
{
    /// <summary>For an answer that would carry the endpoint's key into outputs and ledgers; null when it doesn't.</summary>
    public StepFailure? FromSecret(string text, string? modelId) => redactor.IsIn(text) || redactor.IsIn(modelId)
        ? new StepFailure(FailureCodes.SecretInReply, "The reply repeats the key that the endpoint was asked with; nothing of it is kept.")
        : null;

    /// <summary>For an answer whose status is no success.</summary>
    /// <param name="redirect">Where a redirect pointed to; only its host is told.</param>
    public StepFailure FromStatus(int status, ProviderError? error, TimeSpan? retryAfter, string? redirect)
    {
        if (status is >= 300 and < 400)
        {
            var target = Uri.TryCreate(redirect, UriKind.Absolute, out var uri) ? uri.Host : "another address";
            return Failure(FailureCodes.Redirected, $"The endpoint answered {status} and pointed to {target}; redirects are refused");
        }

        var said = $"The endpoint answered {status.ToString(CultureInfo.InvariantCulture)}";
        return FromStatus(said, status, error, retryAfter ?? error?.RetryAfter);
    }

    /// <summary>For an error object inside a successful answer.</summary>
    public StepFailure FromReply(ProviderError error)
    {
        const string said = "The reply holds an error";
        var final = error.Status is >= 400 and < 500 and not (408 or 409 or 429);
        return error.Status is 402 or 413 or 429 or 451 ? FromStatus(said, error.Status.Value, error, error.RetryAfter)
            : Known(said, error.Status ?? 400, error)
                ?? (error.Is("rate_limit_exceeded", "rate_limit_error", "RESOURCE_EXHAUSTED", "too_many_requests", "ThrottlingException")
                    ? Failure(FailureCodes.RateLimited, said, error, retryable: true, error.RetryAfter)
                    : Failure(FailureCodes.ErrorInReply, said, error, retryable: !final, error.RetryAfter));
    }

    StepFailure FromStatus(string said, int status, ProviderError? error, TimeSpan? retryAfter) => Known(said, status, error) ?? status switch
    {
        429 => Failure(FailureCodes.RateLimited, said, error, retryable: true, retryAfter),
        402 => Failure(FailureCodes.QuotaExhausted, said, error),
        401 or 403 => Failure(FailureCodes.Unauthorized, said, error),
        408 or 409 or 425 or >= 500 => Failure(FailureCodes.UpstreamError, said, error, retryable: true, retryAfter),
        413 when isModel => Failure(FailureCodes.ContextTooLong, said, error),
        451 when isModel => Failure(FailureCodes.ContentFiltered, said, error),
        _ => Failure(FailureCodes.BadRequest, said, error),
    };

    /// <summary>For what a call threw. The caller's own cancellation is ruled out before.</summary>
    /// <returns>Null: no expected failure.</returns>
    public StepFailure? FromException(Exception exception, Uri endpoint, bool streamed, CallDeadline deadline)
    {
        if (deadline.Expired is { } expired)
        {
            return Timeout(expired, deadline.Limit(expired));
        }

        return exception switch
        {
            JsonException or InvalidDataException => Failure(FailureCodes.InvalidJson, "The reply can't be read as JSON", retryable: true),
            HttpRequestException e => Connection(e, endpoint),
            ClientResultException e => Connection(e.InnerException as HttpRequestException, endpoint),
            IOException when deadline.FirstByteMs is not null => streamed
                ? Failure(FailureCodes.IncompleteStream, "The connection broke in the middle of the stream", retryable: true)
                : Failure(FailureCodes.ConnectionLost, "The connection broke in the middle of the reply", retryable: true),
            IOException => Connection(null, endpoint),
            // No limit of ours has passed, so it is the handler's own for making a connection.
            OperationCanceledException => Failure(FailureCodes.ConnectionFailed, $"No connection to {endpoint.Authority}: it did not come about in time", retryable: true),
            AuthenticationFailedException => Failure(FailureCodes.Unauthorized, "No Microsoft Entra token could be had: sign in, or give the host an identity"),
            _ => null,
        };
    }

    StepFailure Connection(HttpRequestException? error, Uri endpoint)
    {
        if (error?.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded)
        {
            return Failure(FailureCodes.ReplyTooLarge, "The reply's headers are too large");
        }

        // Only where no connection came about is it certain that the request never arrived.
        return error is { HttpRequestError: HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
                or HttpRequestError.ProxyTunnelError }
            // A certificate that doesn't hold isn't mended by waiting.
            ? Failure(FailureCodes.ConnectionFailed, $"No connection to {endpoint.Authority}: {Describe(error.HttpRequestError)}",
                retryable: error.HttpRequestError != HttpRequestError.SecureConnectionError)
            : Failure(FailureCodes.ConnectionLost, $"The connection to {endpoint.Authority} was lost: {(error is null ? "it broke" : Describe(error.HttpRequestError))}",
                retryable: true);
    }

    public StepFailure Timeout(string code, TimeSpan limit)
    {
        var what = code switch
        {
            FailureCodes.FirstByteTimeout => "No byte of the reply came",
            FailureCodes.IdleTimeout => "The reply stood still",
            _ => "The reply was not complete",
        };
        return Failure(code, $"{what} within {limit.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s", retryable: true);
    }

    StepFailure Failure(string code, string said, ProviderError? error = null, bool retryable = false, TimeSpan? retryAfter = null)
    {
        var detail = error?.Detail;
        return new StepFailure(code, redactor.Clean(string.IsNullOrWhiteSpace(detail) ? said + "." : $"{said}: {detail}"), retryable, retryAfter);
    }

    StepFailure? Known(string said, int status, ProviderError? error) =>
        isModel && error is not null && ProviderWords.CodeOf(status, error) is { } code ? Failure(code, said, error) : null;

    static string Describe(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "its name was not found",
        HttpRequestError.ConnectionError => "it could not be reached",
        HttpRequestError.SecureConnectionError => "its TLS certificate or protocol was not accepted",
        HttpRequestError.ProxyTunnelError => "the proxy let nothing through",
        HttpRequestError.ResponseEnded => "it was closed before the reply",
        HttpRequestError.InvalidResponse => "what came back is not HTTP",
        _ => "it broke",
    };
}
