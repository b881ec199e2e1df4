using System.Globalization;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Functions.Activities;

/// <summary>What a person sees of a call in the task hub's history, where nobody reads JSON to its end.</summary>
/// <param name="Model">The model, or <c>tool:NAME</c>.</param>
/// <param name="Outcome"><c>ok</c>, or what became of it.</param>
/// <param name="CostUsd">US dollars, as text: the hub's own JSON library would round it.</param>
/// <param name="Preview">The beginning of what came back, or why nothing did.</param>
public sealed record ActivityLabel(string? Step, string? Model, string? Outcome, string? CostUsd, string? Preview)
{
    const int MaxPreview = 80;

    public static readonly ActivityLabel None = new(null, null, null, null, null);

    public static ActivityLabel Of(object input, object output) => (input, output) switch
    {
        (AttemptInput attempt, AttemptResult result) => Of(attempt.Step, attempt.Model, result),
        (RecordAnswer answer, AttemptResult result) => Of(answer.Step, $"human:{answer.Subject}", result),
        (ApprovalRequest request, RequestedApproval requested) => new(request.Step, null, "requested", null, requested.Id),
        (_, ClosedApproval closed) => new(closed.Step, null, Words.Of(closed.Status), null, closed.Id),
        _ => None,
    };

    static ActivityLabel Of(string step, string model, AttemptResult result) => new(step, model, Words.Of(result.Outcome),
        result.CostUsd.ToString(CultureInfo.InvariantCulture), Cut(Told(result)));

    static string? Told(AttemptResult result) =>
        result.Failure is { } failure ? $"{failure.Code}: {failure.Message}"
        : result.Output is { Inline: { } output } ? FieldValues.Text(output)
        : result.Output is { } stored ? string.Create(CultureInfo.InvariantCulture, $"{stored.Bytes} bytes, SHA-256 {stored.Sha256}")
        : null;

    static string? Cut(string? text) => text is null || text.Length <= MaxPreview ? text : string.Concat(text.AsSpan(0, MaxPreview - 1), "…");
}
