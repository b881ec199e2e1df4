using System.Text.Json.Serialization;
using DurableRouter.Core.Ledger;
using DurableRouter.Engine.Storage;

namespace DurableRouter.Engine;

/// <summary>The JSON form of what the engine itself persists.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(FolderHolder))]
[JsonSerializable(typeof(RunRow))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
sealed partial class EngineJson : JsonSerializerContext;
