using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using DurableRouter.Core.Catalog;
using DurableRouter.Core.Errors;
using Microsoft.Extensions.AI;
using ChatClient = OpenAI.Chat.ChatClient;

namespace DurableRouter.Core.Models;

/// <summary>One catalog entry behind an OpenAI-compatible endpoint. One call is one HTTP request: no retry, no redirect.</summary>
/// <remarks>An own adapter, because <c>Microsoft.Extensions.AI.OpenAI</c> is not on every feed, and because the typed methods of the SDK
/// fail on replies that gateways really send. So this uses the SDK's protocol methods and reads the reply itself.</remarks>
internal sealed class OpenAIChatClient(ModelEntry model, Uri endpoint, ChatClient chat, WireFailures failures, TimeProvider clock) : IChatClient
{
    const int MaxErrorBytes = 64 * 1024;

    readonly ChatClientMetadata metadata = new(model.Provider, endpoint, model.Deployment);

    /// <summary>Makes the call. Streams on the wire when the entry says so; the answer comes whole in either case.</summary>
    /// <param name="options"><c>MaxOutputTokens</c>, <c>ResponseFormat</c> and the properties of <see cref="ChatProperties"/> count;
    /// sampling parameters come from the catalog.</param>
    /// <exception cref="ModelCallException">Every expected failure.</exception>
    /// <exception cref="OperationCanceledException">The caller's cancellation, never wrapped.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var content = Write(messages, options);
        using var deadline = new CallDeadline(clock, model.Timeouts, model.Stream, cancellationToken);
        using var reply = new ChatReply();
        try
        {
            var result = await chat.CompleteChatAsync(content, Request(options, deadline.Token));
            using var response = result.GetRawResponse();
            if (response.Status is < 200 or >= 300)
            {
                throw new ModelCallException(await ReadFailureAsync(response, deadline)) { FirstByteMs = deadline.FirstByteMs };
            }

            await ReadReplyAsync(response, reply, deadline);
        }
        catch (Exception e) when (e is not ModelCallException)
        {
            // When the caller gave up, every exception is a consequence of that.
            cancellationToken.ThrowIfCancellationRequested();
            if (Failure(e, reply, deadline) is not { } failure)
            {
                throw;
            }

            // A finished answer that only lost its last lines is kept: it is paid for. Its usage may be missing, which shows.
            if (reply.FinishReason is null || !IsLostEnd(failure.Code))
            {
                throw Raise(failure, reply, deadline);
            }
        }

        return Conclude(reply, deadline);
    }

    /// <summary>The whole answer as updates: it is judged before anybody may see a part of it.</summary>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var response = await GetResponseAsync(messages, options, cancellationToken);
        foreach (var update in response.ToChatResponseUpdates())
        {
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? metadata
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public void Dispose()
    {
        // Connections belong to the factory.
    }

    PooledRequestContent Write(IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        var body = new PooledBuffer(8 * 1024);
        try
        {
            ChatRequestWriter.Write(body, model, messages, options);
            return new PooledRequestContent(body);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    static RequestOptions Request(ChatOptions? options, CancellationToken cancellationToken)
    {
        var request = new RequestOptions
        {
            BufferResponse = false,
            ErrorOptions = ClientErrorBehaviors.NoThrow,
            CancellationToken = cancellationToken,
        };
        if (options?.AdditionalProperties?.TryGetValue(ChatProperties.ClientRequestId, out string? id) == true && id is not null)
        {
            request.SetHeader("X-Client-Request-Id", HeaderSafe(id));
        }

        return request;
    }

    static string HeaderSafe(string id) => Ascii.IsValid(id) && !id.AsSpan().ContainsAnyInRange('\0', '\x1f') ? id : Uri.EscapeDataString(id);

    async Task<StepFailure> ReadFailureAsync(PipelineResponse response, CallDeadline deadline)
    {
        ProviderError? error = null;
        try
        {
            using var body = new PooledBuffer(4096);
            var stream = response.ContentStream ?? Stream.Null;
            int count;
            do
            {
                count = await stream.ReadAsync(body.GetMemory(1024), deadline.Token);
                body.Advance(count);
            }
            while (count > 0 && body.Length < MaxErrorBytes);
            error = ProviderError.FromBody(body.Written);
        }
        catch (Exception e) when (e is IOException or InvalidDataException || (e is OperationCanceledException && deadline.Expired is not null))
        {
            // The status says enough without a body.
        }

        response.Headers.TryGetValue("Location", out var location);
        return failures.FromStatus(response.Status, error, RetryAfterHeader.Read(response.Headers, clock.GetUtcNow()), location);
    }

    static async Task ReadReplyAsync(PipelineResponse response, ChatReply reply, CallDeadline deadline)
    {
        await using var stream = new ReplyStream(response.ContentStream ?? Stream.Null, deadline);
        if (response.Headers.TryGetValue("Content-Type", out var type) && type?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true)
        {
            reply.Streamed = true;
            await ReadEventsAsync(stream, reply, deadline.Token);
            return;
        }

        using var body = new PooledBuffer(8 * 1024);
        int count;
        do
        {
            count = await stream.ReadAsync(body.GetMemory(2048), deadline.Token);
            body.Advance(count);
        }
        while (count > 0);
        if (body.Length > 0)
        {
            ChatReplyReader.Read(body.Written.Span, reply);
        }

        reply.Done = true;
    }

    static async Task ReadEventsAsync(Stream stream, ChatReply reply, CancellationToken cancellationToken)
    {
        var events = SseParser.Create(stream, (type, data) => ReadEvent(type, data, reply));
        await foreach (var item in events.EnumerateAsync(cancellationToken))
        {
            if (!item.Data)
            {
                return;
            }
        }
    }

    /// <returns>False when nothing more is to come.</returns>
    static bool ReadEvent(string type, ReadOnlySpan<byte> data, ChatReply reply)
    {
        if (data.SequenceEqual("[DONE]"u8))
        {
            reply.Done = true;
            return false;
        }

        if (data.Length > 0)
        {
            ChatReplyReader.Read(data, reply);
            if (type == "error")
            {
                reply.Error ??= ProviderError.FromBody(data.ToArray());
            }
        }

        return reply.Error is null;
    }

    /// <summary>Null: no expected failure.</summary>
    StepFailure? Failure(Exception exception, ChatReply reply, CallDeadline deadline)
    {
        if (deadline.Expired is { } expired)
        {
            return failures.Timeout(expired, deadline.Limit(expired));
        }

        return exception switch
        {
            JsonException or InvalidDataException =>
                failures.Failure(FailureCodes.InvalidJson, "The reply can't be read as JSON", retryable: true),
            HttpRequestException e => failures.Connection(e, endpoint),
            ClientResultException e => failures.Connection(e.InnerException as HttpRequestException, endpoint),
            IOException when deadline.FirstByteMs is not null => reply.Streamed
                ? failures.Failure(FailureCodes.IncompleteStream, "The connection broke in the middle of the stream", retryable: true)
                : failures.Failure(FailureCodes.ConnectionFailed, "The connection broke in the middle of the reply", retryable: true),
            // The caller and our limits are ruled out: this is the handler's own limit for making a connection.
            IOException or OperationCanceledException => failures.Connection(null, endpoint),
            Azure.Identity.AuthenticationFailedException => failures.Failure(FailureCodes.Unauthorized,
                "No Microsoft Entra token could be had: sign in, or give the host an identity"),
            _ => null,
        };
    }

    static bool IsLostEnd(string code) => code is FailureCodes.IncompleteStream or FailureCodes.IdleTimeout or FailureCodes.TotalTimeout;

    ChatResponse Conclude(ChatReply reply, CallDeadline deadline)
    {
        if (Judge(reply) is { } failure)
        {
            throw Raise(failure, reply, deadline);
        }

        var response = new ChatResponse(new ChatMessage(ChatRole.Assistant, reply.Text))
        {
            ResponseId = reply.Id,
            ModelId = reply.ModelId,
            FinishReason = reply.FinishReason is null or "stop" ? ChatFinishReason.Stop : new ChatFinishReason(reply.FinishReason),
            Usage = reply.Usage,
        };
        if (deadline.FirstByteMs is { } firstByteMs)
        {
            response.AdditionalProperties = new() { [ChatProperties.FirstByteMs] = firstByteMs };
        }

        return response;
    }

    /// <summary>Null: the reply is an answer.</summary>
    StepFailure? Judge(ChatReply reply)
    {
        if (reply.Error is { } error)
        {
            return failures.FromReply(error);
        }

        if (!reply.Ended)
        {
            return failures.Failure(FailureCodes.IncompleteStream, "The stream ended without saying so", retryable: true);
        }

        return reply switch
        {
            { CalledTool: true } or { FinishReason: "tool_calls" or "function_call" } =>
                failures.Failure(FailureCodes.UnexpectedToolCall, "The model called a tool that nobody offered"),
            { FinishReason: "content_filter" } => failures.Failure(FailureCodes.ContentFiltered, "The provider's content filter stopped the answer"),
            { FinishReason: "length" } => failures.Failure(FailureCodes.OutputTruncated, "The answer was cut off at the output limit"),
            { Refused: true } => failures.Failure(FailureCodes.Refused, "The model refused to answer"),
            { Content.Length: 0 } => failures.Failure(FailureCodes.EmptyReply, "The reply holds no answer", retryable: true),
            _ => null,
        };
    }

    static ModelCallException Raise(StepFailure failure, ChatReply reply, CallDeadline deadline) => new(failure)
    {
        Usage = reply.Usage,
        ModelId = reply.ModelId,
        FirstByteMs = deadline.FirstByteMs,
    };
}
