using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace DurableRouter.Functions.Tests.Driver;

/// <summary>What the Functions host makes of an activity's JSON on its way: azure-functions-durable-extension, DurableActivityContext.cs, and
/// azure-functions-host, GrpcMessageConversionExtensions.cs.</summary>
static class HostJson
{
    public static string Rewrite(string json)
    {
        using var reader = new JsonTextReader(new StringReader(json)) { DateParseHandling = DateParseHandling.None };
        return JToken.ReadFrom(reader).ToString(Formatting.None);
    }
}
