using System.Text.Json;
using DurableRouter.FunctionsHost.Worker.Rpc;

namespace DurableRouter.FunctionsHost.Worker;

/// <summary>A function as the worker describes it.</summary>
/// <param name="Bindings">As in <c>function.json</c>, the trigger among them.</param>
sealed record FunctionDescription(string Name, IReadOnlyList<JsonElement> Bindings)
{
    const string TriggerSuffix = "Trigger";

    public JsonElement Trigger => Bindings.Single(binding => Type(binding).EndsWith(TriggerSuffix, StringComparison.OrdinalIgnoreCase));

    /// <summary>Such as <c>activityTrigger</c>.</summary>
    public string TriggerType => Type(Trigger);

    /// <summary>The parameters that want the durable client's description.</summary>
    public IEnumerable<string> Clients => Bindings.Where(binding => Type(binding) == "durableClient").Select(ParameterOf);

    public string TriggerParameter => ParameterOf(Trigger);

    public static FunctionDescription From(RpcFunctionMetadata metadata) =>
        new(metadata.Name, [.. metadata.RawBindings.Select(text => JsonDocument.Parse(text).RootElement)]);

    static string Type(JsonElement binding) => binding.GetProperty("type").GetString()!;

    static string ParameterOf(JsonElement binding) => binding.GetProperty("name").GetString()!;
}
