using System.Text.Json;
using System.Text.Json.Nodes;

namespace DurableRouter.Simulation.Answering;

/// <summary>Chooses among the values of an `enum`.</summary>
static class EnumChoice
{
    static readonly string[] Positive = ["pass", "passed", "approve", "approved", "accept", "accepted", "ok", "yes", "valid", "true", "supported"];
    static readonly string[] Negative = ["fail", "failed", "reject", "rejected", "no", "invalid", "false", "unsupported", "changes_requested"];
    static readonly string[] Open = ["unknown", "other", "none", "n/a", "unspecified", "general", "medium"];

    /// <summary>The value that says the wanted text, or that says yes or no; null when none does.</summary>
    public static JsonNode? Pick(JsonArray choices, string? wanted, bool? yes) =>
        choices.FirstOrDefault(c => c is not null && string.Equals(Text(c), wanted, StringComparison.OrdinalIgnoreCase))
        ?? (yes is { } answer ? Among(choices, answer ? Positive : Negative) : null);

    /// <summary>The value that commits to least.</summary>
    public static JsonNode? Fallback(JsonArray choices) => Among(choices, Open) ?? choices.FirstOrDefault(c => c is not null);

    static JsonNode? Among(JsonArray choices, string[] words) =>
        choices.FirstOrDefault(c => c is not null && words.Contains(Text(c).ToLowerInvariant()));

    static string Text(JsonNode choice) =>
        choice.GetValueKind() == JsonValueKind.String ? choice.GetValue<string>() : choice.ToJsonString();
}
