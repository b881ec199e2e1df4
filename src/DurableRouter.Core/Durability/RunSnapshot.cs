using System.Text.Json;

namespace DurableRouter.Core.Durability;

/// <param name="Version">Grows with every change that a reader can see; the HTTP entity tag is made of it.</param>
/// <param name="InputJson">The workflow's input, UTF-8.</param>
/// <param name="OutputJson">The workflow's output, UTF-8; null until completed.</param>
/// <param name="Error">Why the run failed, was terminated, or is suspended; null otherwise.</param>
public sealed record RunSnapshot(string RunId, string Workflow, RunIndexEntry Index, RuntimeStatus Status, DateTimeOffset CreatedAt,
    DateTimeOffset LastUpdatedAt, long Version, RunProgress? Progress, ReadOnlyMemory<byte> InputJson, ReadOnlyMemory<byte>? OutputJson, RunError? Error)
{
    /// <summary>Read anew each time: most readers of a snapshot want neither this nor <see cref="Output"/>.</summary>
    public JsonElement Input => JsonElement.Parse(InputJson.Span);

    /// <summary>Null until completed.</summary>
    public JsonElement? Output => OutputJson is { } json ? JsonElement.Parse(json.Span) : null;
}
