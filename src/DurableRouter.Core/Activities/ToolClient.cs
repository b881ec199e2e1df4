using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Models;
using DurableRouter.Core.Notifications;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Activities;

/// <summary>Calls tools by HTTP. Where to, how and with which key is the definition's; of the run only the payload and the two keys go out.</summary>
/// <param name="http">Shared with every other call to an address outside the catalog.</param>
/// <param name="variable">Gives the value of an environment variable, null when it is not set.</param>
public sealed class ToolClient(GuardedHttpClient http, Func<string, string?> variable, TimeProvider clock)
{
    /// <summary>Tells a tool that it was sent the same call before, so that a repetition has one effect
    /// (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/).</summary>
    public const string IdempotencyKey = "Idempotency-Key";

    /// <returns>Which variable the tool lacks, and where it is asked for; null when it can be called.</returns>
    public static string? MissingKey(ToolDefinition tool, Func<string, string?> variable) =>
        tool.ApiKeyEnv is not { } name || !string.IsNullOrWhiteSpace(variable(name)) ? null
            : $"{tool.Source ?? ConfigFiles.ToolsFile}: tool {tool.Name} needs its key in the environment variable {name}, which is not set. Set it: export {name}=...";

    /// <exception cref="DurableRouterException">Code <c>key_missing</c>.</exception>
    internal void CheckKey(ToolDefinition tool)
    {
        if (MissingKey(tool, variable) is { } missing)
        {
            throw new DurableRouterException(ErrorCodes.KeyMissing, missing);
        }
    }

    /// <param name="payload">Fits the tool's input schema.</param>
    /// <param name="key">The attempt's.</param>
    /// <param name="idempotencyKey">The same for every call that is meant to happen once.</param>
    /// <returns>What failed is a value.</returns>
    internal async Task<ToolReply> CallAsync(ToolDefinition tool, JsonElement payload, string key, string idempotencyKey, CancellationToken cancellationToken)
    {
        var secret = tool.ApiKeyEnv is { } name ? variable(name) : null;
        var failures = new WireFailures(new SecretRedactor(secret), isModel: false);
        using var deadline = new CallDeadline(clock, new ModelTimeouts { Total = tool.Timeout }, streamed: false, cancellationToken);
        using var request = Request(tool, payload, secret);
        request.Headers.TryAddWithoutValidation("X-Client-Request-Id", key);
        request.Headers.TryAddWithoutValidation(IdempotencyKey, idempotencyKey);
        try
        {
            return Read(await http.AskAsync(request, tool.Private, CompiledTool.MaxBytes, deadline.Token), failures);
        }
        catch (HttpRequestException e) when (e.GetBaseException() is AddressRefusedException refused)
        {
            return new ToolReply(new StepFailure(FailureCodes.AddressRefused, refused.Message), "", MayHaveArrived: false);
        }
        catch (Exception e) when (e is not OutOfMemoryException && !cancellationToken.IsCancellationRequested)
        {
            var failure = failures.FromException(e, tool.Url, streamed: false, deadline) ?? ModelCall.Fault(e);
            return new ToolReply(failure, "", MayHaveArrived: failure.Code != FailureCodes.ConnectionFailed);
        }
    }

    ToolReply Read(GuardedReply reply, WireFailures failures)
    {
        if (reply.Body is not { } body)
        {
            return Failed(reply.Status is >= 200 and < 300 ? new StepFailure(FailureCodes.ReplyTooLarge, $"The reply has more than {CompiledTool.MaxBytes} bytes.")
                : Refused(null));
        }

        var (text, problem) = ReplyBytes.Read(body, reply.ContentType, reply.ContentEncoding, CompiledTool.MaxBytes);
        if (reply.Status is < 200 or >= 300)
        {
            return Failed(Refused(text is null ? null : ProviderError.FromBody(Encoding.UTF8.GetBytes(text))));
        }

        return text is null ? Failed(new StepFailure(FailureCodes.InvalidJson, problem!))
            : failures.FromSecret(text, null) is { } leak ? Failed(leak)
            : new ToolReply(null, text, MayHaveArrived: true);

        StepFailure Refused(ProviderError? error) =>
            failures.FromStatus(reply.Status, error, RetryAfterHeader.Read(reply.RetryAfter, clock.GetUtcNow()), reply.Location);

        static ToolReply Failed(StepFailure failure) => new(failure, "", MayHaveArrived: true);
    }

    static HttpRequestMessage Request(ToolDefinition tool, JsonElement payload, string? secret)
    {
        var request = new HttpRequestMessage(new HttpMethod(tool.Method), tool.Method == ToolWords.Get ? WithQuery(tool.Url, payload) : tool.Url);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("durable-router", null));
        if (secret is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        }

        if (tool.Method != ToolWords.Get)
        {
            request.Content = new ReadOnlyMemoryContent(FieldValues.Canonical(payload)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        return request;
    }

    /// <summary>Values are escaped, so none of them adds a parameter or changes the path.</summary>
    static Uri WithQuery(Uri url, JsonElement payload)
    {
        var query = new StringBuilder(url.Query.TrimStart('?'));
        foreach (var member in payload.EnumerateObject().Where(m => m.Value.ValueKind != JsonValueKind.Null))
        {
            var value = member.Value.ValueKind == JsonValueKind.String ? member.Value.GetString()! : FieldValues.Text(member.Value);
            query.Append(query.Length == 0 ? "" : "&").Append(Uri.EscapeDataString(member.Name)).Append('=').Append(Uri.EscapeDataString(value));
        }

        return new UriBuilder(url) { Query = query.ToString() }.Uri;
    }
}

/// <param name="Failure">Null when <paramref name="Text"/> is the body of a success.</param>
/// <param name="MayHaveArrived">False when it is certain that the tool was not reached.</param>
sealed record ToolReply(StepFailure? Failure, string Text, bool MayHaveArrived);
