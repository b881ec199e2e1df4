using System.Text.RegularExpressions;

namespace DurableRouter.Core.Configuration.Pipelines;

/// <summary>Instructions name a role and a task, never a model: the router may give the step to any.</summary>
static partial class PromptLint
{
    /// <returns>The words that address a model, or null.</returns>
    /// <param name="models">The catalog's names; those that could be everyday words (without a digit or a hyphen) are passed over.</param>
    public static string? ModelNamed(string instructions, IEnumerable<string> models)
    {
        if (Address().Match(instructions) is { Success: true } match)
        {
            return match.Value;
        }

        return models.FirstOrDefault(m => m.AsSpan().IndexOfAnyInRange('0', '9') >= 0 && m.Contains('-', StringComparison.Ordinal)
            && Regex.IsMatch(instructions, $@"(?<![\w.-]){Regex.Escape(m)}(?![\w-])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant));
    }

    // Only where a model is spoken to or asked for: a contract may well be about somebody called Claude.
    [GeneratedRegex(@"\b(as|as if you were|act as|acting as|act like|pretend to be|pretending to be|imitate|imitating|in the style of|you are|you're|using|ask|for)\s+(an?\s+|the\s+)?((openai|anthropic|google|meta)('s)?\s+)?(claude|chatgpt|gpt|gemini|llama|mistral|mixtral|deepseek|qwen|grok|copilot)([\s-]?[0-9][\w.-]*)?\b",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
