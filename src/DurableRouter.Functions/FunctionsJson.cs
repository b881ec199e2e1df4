using System.Text.Json;
using System.Text.Json.Serialization;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Functions;

/// <summary>What only this host sends or persists: the envelopes that travel through the task hub, and parts of table rows.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ExternalEvent))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(RunError))]
[JsonSerializable(typeof(RunRow))]
sealed partial class FunctionsJson : JsonSerializerContext;
