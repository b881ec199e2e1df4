using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableRouter.Tests.Http;

[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
sealed partial class MemoryScriptJson : JsonSerializerContext;
