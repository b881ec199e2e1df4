namespace DurableRouter.Core.Definitions;

/// <summary>The words of models.yaml and what they mean, in the order that messages list them.</summary>
static class CatalogWords
{
    public static readonly IReadOnlyDictionary<string, ProviderKind> ProviderKinds = new Dictionary<string, ProviderKind>
    {
        ["openai"] = ProviderKind.OpenAI,
        ["azure-openai"] = ProviderKind.AzureOpenAI,
        ["simulated"] = ProviderKind.Simulated,
    };

    public static readonly IReadOnlyDictionary<string, Tier> Tiers = new Dictionary<string, Tier>
    {
        ["fast"] = Tier.Fast,
        ["balanced"] = Tier.Balanced,
        ["powerful"] = Tier.Powerful,
    };

    public static readonly string[] Latencies = ["low", "medium", "high"];

    /// <summary>The only residency there is: the data never leaves.</summary>
    public const string Local = "local";

    public static readonly string[] SimulatedFaults =
    [
        "rate_limited", "quota_exhausted", "server_error", "hang", "slow", "bad_json", "schema_error", "truncated", "empty", "wrong_usage",
        "no_usage", "content_filter", "refusal", "wrong_model",
    ];

    /// <summary>What services call the output limit; the first is the default.</summary>
    public static readonly string[] OutputKeys = ["max_completion_tokens", "max_tokens"];

    /// <summary>What the request says anyway, or what the budget's upper bound relies on: an entry may not say otherwise.</summary>
    public static readonly string[] ReservedParams =
    [
        "model", "messages", "stream", "stream_options", "response_format", "tools", "tool_choice", "functions", "function_call", "n",
        .. OutputKeys,
    ];
}
