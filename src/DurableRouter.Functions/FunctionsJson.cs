using System.Text.Json;
using System.Text.Json.Serialization;
using DurableRouter.Core.Durability;
using DurableRouter.Functions.Activities;

namespace DurableRouter.Functions;

/// <summary>The messages that travel through the task hub in this app's own envelopes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(ActivityCall))]
[JsonSerializable(typeof(ExternalEvent))]
[JsonSerializable(typeof(FinishRun))]
[JsonSerializable(typeof(JsonElement))]
sealed partial class FunctionsJson : JsonSerializerContext;
