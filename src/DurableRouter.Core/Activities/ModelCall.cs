using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Models;
using Microsoft.Extensions.AI;

namespace DurableRouter.Core.Activities;

/// <summary>One call as it goes out, and what came back.</summary>
static class ModelCall
{
    /// <param name="key">The attempt's, which goes out with the call.</param>
    /// <returns>What failed is a value, with the usage that the provider still told.</returns>
    public static async Task<ModelReply> SendAsync(IChatClient client, CompiledStep step, ModelEntry model, Prompt prompt, string key,
        CancellationToken cancellationToken)
    {
        var options = new ChatOptions
        {
            MaxOutputTokens = ModelAttempt.OutputLimit(step.Definition, model),
            // The same text must be sorted the same way every time.
            Temperature = step.Definition.Kind == StepKind.Classify ? 0 : null,
            ResponseFormat = model.Capabilities.StructuredOutput ? step.ResponseFormat : null,
            AdditionalProperties = new() { [ChatProperties.ClientRequestId] = key },
        };
        try
        {
            var response = await client.GetResponseAsync(
                [new ChatMessage(ChatRole.System, prompt.System), UserMessage(prompt)], options, cancellationToken);
            object? firstByte = null;
            response.AdditionalProperties?.TryGetValue(ChatProperties.FirstByteMs, out firstByte);
            return new ModelReply(response.Text, Mismatch(response, model) ?? Refusal(response), response.Usage, response.ModelId, firstByte as int?);
        }
        catch (ModelCallException e)
        {
            return new ModelReply("", e.Failure, e.Usage, e.ModelId, e.FirstByteMs);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            return new ModelReply("", Fault(e), null, null, null);
        }
    }

    /// <summary>For what nobody expected: thrown on, it would lose the row of a call that may have been paid for. Its message may quote anything,
    /// so only its type is told.</summary>
    public static StepFailure Fault(Exception e) => new(FailureCodes.ProcessingFailed, $"the program itself failed with {e.GetType().Name}");

    static ChatMessage UserMessage(Prompt prompt) => prompt.Media.Count == 0 ? new ChatMessage(ChatRole.User, prompt.User)
        : new ChatMessage(ChatRole.User, [new TextContent(prompt.User), .. prompt.Media.Select(m => new DataContent(m.Url, m.Type))]);

    /// <summary>Another model's answer has another model's quality, price and residency, however good it looks.</summary>
    static StepFailure? Mismatch(ChatResponse response, ModelEntry model) =>
        model.ModelEcho is not { } asked || response.ModelId is { } told && (told == asked || told.StartsWith(asked + "-", StringComparison.Ordinal)) ? null
        : new(FailureCodes.ModelMismatch, $"the reply says that it is of {response.ModelId ?? "no model"}; {asked} was asked for");

    /// <summary>Why a reply that arrived whole is no answer, by what stands beside its text.</summary>
    static StepFailure? Refusal(ChatResponse response) => ReplyJudge.Failure(response.FinishReason?.Value,
        response.Messages.Any(m => m.Contents.Any(c => c is FunctionCallContent)), refused: false, empty: response.Text.Length == 0);
}
