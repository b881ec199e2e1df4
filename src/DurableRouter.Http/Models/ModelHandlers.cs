using System.Text.Json;
using DurableRouter.Core.Catalog;
using DurableRouter.Core.Steps;
using DurableRouter.Http.Bodies;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Models;

static class ModelHandlers
{
    /// <summary>The catalog without addresses, key names and provider parameters.</summary>
    public static Task<IResult> List(HttpContext context) =>
        Task.FromResult<IResult>(JsonResult.Ok(RouterApi.Of(context).Definitions.Catalog, static (json, catalog) =>
        {
            json.WriteStartObject();
            json.WriteString("asOf", catalog?.AsOf.ToString("yyyy-MM-dd", null));
            json.WriteStartArray("value");
            foreach (var model in catalog?.Models ?? [])
            {
                Write(json, model, catalog!.Providers[model.Provider]);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }));

    static void Write(Utf8JsonWriter json, ModelEntry model, ProviderEntry provider)
    {
        json.WriteStartObject();
        json.WriteString("name", model.Name);
        json.WriteString("provider", model.Provider);
        json.WriteString("kind", Word(provider.Kind));
        json.WriteString("tier", Words.Of(model.Tier));
        json.WriteBoolean("simulated", provider.Kind == ProviderKind.Simulated);
        if (provider.Residency is { } residency)
        {
            json.WriteString("residency", residency);
        }

        json.WriteStartObject("price");
        json.WriteNumber("input", model.Price.Input);
        json.WriteNumber("cachedInput", model.Price.CachedInput);
        json.WriteNumber("output", model.Price.Output);
        json.WriteString("source", model.Price.Source);
        json.WriteEndObject();
        json.WriteStartObject("limits");
        json.WriteNumber("context", model.Limits.Context);
        json.WriteNumber("output", model.Limits.Output);
        WriteLimit(json, "requestsPerMinute", model.Limits.RequestsPerMinute);
        WriteLimit(json, "tokensPerMinute", model.Limits.TokensPerMinute);
        json.WriteEndObject();
        json.WriteStartObject("capabilities");
        json.WriteBoolean("structuredOutput", model.Capabilities.StructuredOutput);
        json.WriteBoolean("tools", model.Capabilities.Tools);
        json.WriteBoolean("vision", model.Capabilities.Vision);
        json.WriteBoolean("audio", model.Capabilities.Audio);
        json.WriteNumber("reasoning", model.Capabilities.Reasoning);
        json.WriteNumber("toolReliability", model.Capabilities.ToolReliability);
        json.WriteString("latency", model.Capabilities.Latency);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteLimit(Utf8JsonWriter json, string name, int? limit)
    {
        if (limit is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    static string Word(ProviderKind kind) => kind switch
    {
        ProviderKind.OpenAI => "openai",
        ProviderKind.AzureOpenAI => "azure-openai",
        _ => "simulated",
    };
}
