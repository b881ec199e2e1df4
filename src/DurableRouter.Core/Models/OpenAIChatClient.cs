using System.ClientModel.Primitives;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Values;
using Microsoft.Extensions.AI;
using ChatClient = OpenAI.Chat.ChatClient;

namespace DurableRouter.Core.Models;

/// <summary>One catalog entry behind an OpenAI-compatible endpoint. One call is one HTTP request: no retry, no redirect.</summary>
/// <remarks>The SDK's typed methods, and with them <c>Microsoft.Extensions.AI.OpenAI</c>, fail on replies that gateways really send: see
/// docs/decisions/0021. So this uses the SDK's protocol methods and reads the reply itself.</remarks>
sealed class OpenAIChatClient(ModelEntry model, Uri endpoint, ChatClient chat, WireFailures failures, TimeProvider clock) : IChatClient
{
    const int MaxErrorBytes = 64 * 1024;

    readonly ChatClientMetadata metadata = new(model.Provider, endpoint, model.Deployment);

    /// <summary>Makes the call. Streams on the wire when the entry says so; the answer comes whole in either case.</summary>
    /// <param name="options"><c>MaxOutputTokens</c>, <c>Temperature</c>, <c>ResponseFormat</c> and the properties of <see cref="ChatProperties"/>
    /// count; other parameters come from the catalog.</param>
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

            await ReplyBody.ReadAsync(response, reply, deadline);
        }
        catch (ModelCallException e) when (e.Failure.Code == FailureCodes.ReplyTooLarge)
        {
            if (reply is not { Streamed: true, IsComplete: true })
            {
                throw Raise(e.Failure, reply, deadline);
            }
        }
        catch (Exception e) when (e is not ModelCallException)
        {
            // When the caller gave up, every exception is a consequence of that.
            cancellationToken.ThrowIfCancellationRequested();
            if (failures.FromException(e, endpoint, reply.Streamed, deadline) is not { } failure)
            {
                throw;
            }

            // A complete answer is kept, whatever came after it: it is paid for. Its usage may be missing, which shows.
            if (!reply.Streamed || !reply.IsComplete)
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

    ChatResponse Conclude(ChatReply reply, CallDeadline deadline)
    {
        string text;
        try
        {
            text = Answer(reply);
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException)
        {
            throw Raise(new StepFailure(FailureCodes.InvalidJson, "The reply's text is no valid Unicode.", Retryable: true), reply, deadline);
        }

        if (failures.FromSecret(text, reply.ModelId) is { } leak)
        {
            throw new ModelCallException(leak) { Usage = reply.Usage, FirstByteMs = deadline.FirstByteMs };
        }

        if (Judge(reply, text) is { } failure)
        {
            throw Raise(failure, reply, deadline);
        }

        var response = new ChatResponse(new ChatMessage(ChatRole.Assistant, text))
        {
            ResponseId = reply.Id,
            ModelId = reply.ModelId,
            FinishReason = ChatFinishReason.Stop,
            Usage = reply.Usage,
        };
        if (deadline.FirstByteMs is { } firstByteMs)
        {
            response.AdditionalProperties = new() { [ChatProperties.FirstByteMs] = firstByteMs };
        }

        return response;
    }

    /// <summary>The content. Servers that take every word of a thinking model for its thinking put the answer there: it counts where it is one object and nothing else.</summary>
    static string Answer(ChatReply reply)
    {
        var text = reply.Text;
        if (!string.IsNullOrWhiteSpace(text) || reply.Thinking.IsEmpty || FinishReasons.Read(reply.FinishReason) != FinishReason.Stop)
        {
            return text;
        }

        var thought = Thoughts.ReadPast(reply.Thinking.ToString()).Trim();
        return thought.StartsWith('{') && JsonReply.Read(thought) is { IsSuccess: true, WasWrapped: false } ? thought : text;
    }

    /// <summary>Null: the reply is an answer.</summary>
    StepFailure? Judge(ChatReply reply, string text)
    {
        if (reply.Error is { } error)
        {
            return failures.FromReply(error);
        }

        if (!reply.Ended)
        {
            return reply.HasNoise ? new StepFailure(FailureCodes.InvalidJson, "The stream held something other than JSON and ended without saying so.", Retryable: true)
                : new StepFailure(FailureCodes.IncompleteStream, "The stream ended without saying so.", Retryable: true);
        }

        var failure = ReplyJudge.Failure(reply.FinishReason, reply.CalledTool, reply.Refused, string.IsNullOrWhiteSpace(text));
        return failure switch
        {
            { Code: FailureCodes.EmptyReply } when !reply.Thinking.IsEmpty =>
                new(FailureCodes.EmptyReply, "The reply holds thinking and no answer: raise the step's maxOutputTokens, or lower the model's effort in its params.", Retryable: true),
            null when Thoughts.IsUnfinished(text) =>
                new(FailureCodes.OutputTruncated, "The reply is a thought that doesn't end: raise the step's maxOutputTokens, or lower the model's effort in its params."),
            _ => failure,
        };
    }

    static ModelCallException Raise(StepFailure failure, ChatReply reply, CallDeadline deadline) => new(failure)
    {
        Usage = reply.Usage,
        ModelId = reply.ModelId,
        FirstByteMs = deadline.FirstByteMs,
    };
}
