using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableRouter.Core.Definitions;

/// <summary>One tool that pipelines may call: the operator's words, never a caller's or a model's. A run is pinned to the one it started with.</summary>
public sealed record ToolDefinition
{
    /// <summary>The name used in pipelines, ledger and messages.</summary>
    public required string Name { get; init; }
    public required string Description { get; init; }
    public required ToolScope Scope { get; init; }

    /// <summary>GET, POST, PUT, PATCH or DELETE. A GET carries its input in the query, the others as JSON.</summary>
    public required string Method { get; init; }
    public required Uri Url { get; init; }

    /// <summary>The allow-list lets it lead to addresses of the own network.</summary>
    public bool Private { get; init; }

    /// <summary>The name of the environment variable that holds the bearer key, never the key; null: it is called without.</summary>
    public string? ApiKeyEnv { get; init; }

    /// <summary>The JSON Schema of what is sent.</summary>
    public required JsonElement Input { get; init; }

    /// <summary>The JSON Schema of the reply.</summary>
    public required JsonElement Output { get; init; }

    /// <summary>Wall-clock limit of one call, connecting included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
    public ModelRetries Retries { get; init; } = new() { Attempts = 3 };

    /// <summary>Of one call, in US dollars.</summary>
    public decimal CostUsd { get; init; }

    /// <summary><c>file:line</c> of the entry, for error messages; not part of the version.</summary>
    [JsonIgnore]
    public string? Source { get; init; }

    /// <summary>How ledger, events and explain call it where models stand beside it.</summary>
    [JsonIgnore]
    public string Caller => "tool:" + Name;
}

/// <summary>What a call may do, in ascending order of risk.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ToolScope>))]
public enum ToolScope
{
    /// <summary>It changes nothing outside.</summary>
    [JsonStringEnumMemberName("read")] Read,
    [JsonStringEnumMemberName("write")] Write,
}
