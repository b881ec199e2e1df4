using DurableRouter.Core.Models;
using Microsoft.Extensions.AI;

namespace DurableRouter.Simulation;

/// <summary>An answer as the endpoint sends it. Usage follows the OpenAI meaning: reasoning tokens are part of the output tokens.</summary>
sealed record SimulatedReply(string Model, IReadOnlyList<AIContent> Contents, ChatFinishReason FinishReason, UsageDetails? Usage)
{
    const int StreamedPieces = 8;
    const int FirstReasoningSkill = 4;

    public long OutputTokens => Usage?.OutputTokenCount ?? 0;

    public string Text => string.Concat(Contents.OfType<TextContent>().Select(c => c.Text));

    /// <summary>Applies the output limit, which reasoning tokens share with the text.</summary>
    public static SimulatedReply Create(string model, string text, int inputTokens, int? maxOutputTokens, int skill)
    {
        var visible = TokenEstimate.Of(text);
        var truncated = visible > (maxOutputTokens ?? int.MaxValue);
        if (truncated)
        {
            text = TokenEstimate.Cut(text, maxOutputTokens!.Value);
            visible = TokenEstimate.Of(text);
        }

        var reasoning = skill < FirstReasoningSkill ? 0 : Math.Min((visible / 2) + 50, (maxOutputTokens ?? int.MaxValue) - visible);
        return new SimulatedReply(
            model,
            [new TextContent(text)],
            truncated ? ChatFinishReason.Length : ChatFinishReason.Stop,
            new UsageDetails
            {
                InputTokenCount = inputTokens,
                CachedInputTokenCount = 0,
                OutputTokenCount = visible + reasoning,
                ReasoningTokenCount = reasoning,
                TotalTokenCount = inputTokens + visible + reasoning,
            });
    }

    public ChatResponse ToResponse(DateTimeOffset now) => new(new ChatMessage(ChatRole.Assistant, [.. Contents]))
    {
        ModelId = Model,
        FinishReason = FinishReason,
        Usage = Usage,
        CreatedAt = now,
        AdditionalProperties = Label(),
    };

    public IReadOnlyList<ChatResponseUpdate> ToUpdates(DateTimeOffset now)
    {
        var text = Text;
        var size = Math.Max(1, (text.Length + StreamedPieces - 1) / StreamedPieces);
        var updates = text.Chunk(size).Select(piece => Update([new TextContent(new string(piece))])).ToList();
        List<AIContent> last = [.. Contents.Where(c => c is not TextContent)];
        if (Usage is not null)
        {
            last.Add(new UsageContent(Usage));
        }

        var end = Update(last);
        end.FinishReason = FinishReason;
        updates.Add(end);
        return updates;

        ChatResponseUpdate Update(IList<AIContent> contents) =>
            new(ChatRole.Assistant, contents) { ModelId = Model, CreatedAt = now, AdditionalProperties = Label() };
    }

    static AdditionalPropertiesDictionary Label() => new() { [ChatProperties.Simulated] = true };
}
