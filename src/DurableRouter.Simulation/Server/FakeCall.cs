using System.Text.Json;

namespace DurableRouter.Simulation.Server;

/// <summary>One call that reached the endpoint.</summary>
/// <param name="Number">From 1, in order of arrival.</param>
/// <param name="Key">The call's <c>X-Client-Request-Id</c>.</param>
/// <param name="Headers">Names in any case.</param>
/// <param name="Request">The body.</param>
public sealed record FakeCall(int Number, string? Key, IReadOnlyDictionary<string, string> Headers, JsonElement Request)
{
    /// <summary>Path and query.</summary>
    public string Target { get; init; } = "";

    public bool Streams => Request.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.True;

    public string Model => Request.GetProperty("model").GetString()!;
}
