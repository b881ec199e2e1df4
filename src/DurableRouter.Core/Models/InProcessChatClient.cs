using System.Runtime.CompilerServices;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using Microsoft.Extensions.AI;

namespace DurableRouter.Core.Models;

/// <summary>A simulated model in this process behind the same limits and failures as one on the wire.</summary>
/// <param name="inner">Answers, or throws <see cref="ModelRefusalException"/>. Not owned.</param>
sealed class InProcessChatClient(ModelEntry model, IChatClient inner, TimeProvider clock) : IChatClient
{
    static readonly WireFailures Failures = new(new SecretRedactor(null));

    /// <exception cref="ModelCallException">Every expected failure.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        using var deadline = new CallDeadline(clock, model.Timeouts, model.Stream, cancellationToken);
        ChatResponse response;
        try
        {
            response = await AskAsync(messages, options, deadline);
        }
        catch (ModelRefusalException e)
        {
            throw new ModelCallException(Refusal(e)) { FirstByteMs = deadline.FirstByteMs };
        }
        catch (OperationCanceledException) when (deadline.Expired is not null && !cancellationToken.IsCancellationRequested)
        {
            throw new ModelCallException(Failures.Timeout(deadline.Expired, deadline.Limit(deadline.Expired))) { FirstByteMs = deadline.FirstByteMs };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }

        var refused = response.Messages.Any(message => message.Contents.Any(content => content is ErrorContent));
        if (ReplyJudge.Failure(response.FinishReason?.Value, calledTool: false, refused, response.Text.Length == 0) is { } failure)
        {
            throw new ModelCallException(failure) { Usage = response.Usage, ModelId = response.ModelId, FirstByteMs = deadline.FirstByteMs };
        }

        response.AdditionalProperties ??= [];
        response.AdditionalProperties[ChatProperties.Simulated] = true;
        response.AdditionalProperties[ChatProperties.FirstByteMs] = deadline.FirstByteMs ?? 0;
        return response;
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
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : inner.GetService(serviceType, serviceKey);

    public void Dispose()
    {
        // The simulated model holds nothing.
    }

    async Task<ChatResponse> AskAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CallDeadline deadline)
    {
        if (!model.Stream)
        {
            var response = await inner.GetResponseAsync(messages, options, deadline.Token);
            deadline.Progress();
            return response;
        }

        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in inner.GetStreamingResponseAsync(messages, options, deadline.Token))
        {
            deadline.Progress();
            updates.Add(update);
        }

        return updates.ToChatResponse();
    }

    static StepFailure Refusal(ModelRefusalException e) =>
        Failures.FromStatus(e.Status, e.Code is { } code ? new ProviderError(null, [code], "", null, null) : null, e.RetryAfter, null);
}
