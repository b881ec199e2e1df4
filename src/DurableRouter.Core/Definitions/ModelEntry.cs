using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableRouter.Core.Definitions;

/// <summary>Tiers in ascending order of grade.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Tier>))]
public enum Tier
{
    [JsonStringEnumMemberName("fast")] Fast,
    [JsonStringEnumMemberName("balanced")] Balanced,
    [JsonStringEnumMemberName("powerful")] Powerful,
}

/// <summary>One model that may be called.</summary>
public sealed record ModelEntry
{
    /// <summary>The name used in routing, ledger and messages.</summary>
    public required string Name { get; init; }
    public required string Provider { get; init; }

    /// <summary>The name sent to the provider.</summary>
    public required string Deployment { get; init; }

    /// <summary>The name that every reply must give its model; a dated snapshot of it (<c>NAME-...</c>) counts. Null: the echo is only recorded.</summary>
    public string? ModelEcho { get; init; }
    public required Tier Tier { get; init; }
    public required ModelPrice Price { get; init; }
    public required ModelLimits Limits { get; init; }
    public required ModelCapabilities Capabilities { get; init; }
    public bool Stream { get; init; } = true;
    public ModelTimeouts Timeouts { get; init; } = new();
    public ModelRetries Retries { get; init; } = new();
    public CircuitPolicy Circuit { get; init; } = new();

    /// <summary>Provider parameters, sent only by this entry.</summary>
    public IReadOnlyDictionary<string, JsonElement> Params { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>How a simulated model behaves; null for real ones.</summary>
    public SimulatedModel? Simulate { get; init; }

    [JsonIgnore]
    public string? Source { get; init; }
}

/// <summary>US dollars per million tokens.</summary>
/// <param name="CachedInput">For input tokens that the provider read from its cache.</param>
/// <param name="Source">Where the figures come from.</param>
public sealed record ModelPrice(decimal Input, decimal CachedInput, decimal Output, string Source);

/// <param name="Context">Tokens of input and output together.</param>
/// <param name="Output">Tokens of output.</param>
/// <param name="RequestsPerMinute">Null: not limited here.</param>
/// <param name="TokensPerMinute">Null: not limited here.</param>
/// <param name="OutputKey">The request's name for the output limit; null: <c>max_completion_tokens</c>. Services that only know
/// <c>max_tokens</c> pass over the other in silence (Ollama, issue 7125) or refuse it.</param>
public sealed record ModelLimits(int Context, int Output, int? RequestsPerMinute = null, int? TokensPerMinute = null, string? OutputKey = null);

/// <param name="Reasoning">Depth, 0 to 5.</param>
/// <param name="ToolReliability">0 to 5.</param>
/// <param name="Latency"><c>low</c>, <c>medium</c>, <c>high</c>.</param>
/// <param name="Audio">Takes sound.</param>
/// <param name="Temperature">Takes a temperature: classification then sends 0.</param>
public sealed record ModelCapabilities(bool StructuredOutput = false, bool Tools = false, bool Vision = false, int Reasoning = 1,
    int ToolReliability = 1, string Latency = "medium", bool Audio = false, bool Temperature = true);

/// <summary>Wall-clock limits of one call. Without streaming only <see cref="Total"/> applies.</summary>
public sealed record ModelTimeouts
{
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromSeconds(20);
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(15);
    public TimeSpan Total { get; init; } = TimeSpan.FromSeconds(120);
}

public sealed record ModelRetries
{
    /// <summary>Calls to this model or tool in one step, the first included.</summary>
    public int Attempts { get; init; } = 2;
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest <c>Retry-After</c> that is waited for; beyond it the next candidate is tried, and a tool has failed.</summary>
    public TimeSpan RetryAfterCap { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>When an instance stops calling the model.</summary>
public sealed record CircuitPolicy
{
    /// <summary>Upstream failures in a row, over all runs, that open the circuit.</summary>
    public int Failures { get; init; } = 5;

    /// <summary>How long no call goes out; then one probes. A failed probe doubles it, up to ten times.</summary>
    public TimeSpan ProbeAfter { get; init; } = TimeSpan.FromSeconds(30);
}

/// <param name="Skill">1 to 5: lower makes more mistakes.</param>
/// <param name="Latency">Factor on plausible latencies; 0 answers at once.</param>
/// <param name="Seed">Varies the mistakes.</param>
public sealed record SimulatedModel(int Skill, double Latency, int Seed, IReadOnlyList<SimulatedFaultRule> Faults);

/// <summary>A scripted fault of a simulated model. A rule without <paramref name="NthCall"/>, <paramref name="Probability"/> and
/// <paramref name="WhenContains"/> always fires.</summary>
/// <param name="Fault">rate_limited, quota_exhausted, server_error, hang, slow, bad_json, schema_error, truncated, empty, wrong_usage,
/// no_usage, content_filter, refusal, wrong_model.</param>
/// <param name="Role">The step kind it applies to; null: any.</param>
/// <param name="NthCall">1-based count of this model's calls that the role and the text fit.</param>
/// <param name="Probability">0 to 1, seeded.</param>
/// <param name="WhenContains">Only when the input holds this text, compared without case.</param>
/// <param name="Delay">How long a <c>slow</c> call takes on top; null: 30 seconds.</param>
public sealed record SimulatedFaultRule(string Fault, string? Role, int? NthCall, double? Probability, string? WhenContains, TimeSpan? RetryAfter,
    TimeSpan? Delay = null);
