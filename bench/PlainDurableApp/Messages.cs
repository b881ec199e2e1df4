using System.Text.Json;

namespace PlainDurableApp;

/// <summary>What a caller posts.</summary>
public sealed record StartRequest(string Text);

/// <summary>What an activity gets: the step's own input, and the run for its table row.</summary>
public sealed record StepInput(string RunId, JsonElement Input);
