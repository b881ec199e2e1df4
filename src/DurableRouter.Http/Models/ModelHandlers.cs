using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Health;
using DurableRouter.Core.Messages;
using DurableRouter.Http.Bodies;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Http.Models;

static class ModelHandlers
{
    /// <summary>The catalog without addresses, key names and provider parameters, and what this instance knows of each model's health.</summary>
    public static Task<IResult> List(HttpContext context) =>
        Task.FromResult<IResult>(JsonResult.Ok(RouterApi.Of(context), static (json, api) =>
        {
            var catalog = api.Definitions.Catalog;
            json.WriteStartObject();
            json.WriteString("asOf", catalog?.AsOf.ToString("yyyy-MM-dd", null));
            json.WriteStartArray("value");
            foreach (var model in catalog?.Models ?? [])
            {
                Write(json, model, catalog!.Providers[model.Provider], api.Health?.Of(model.Name));
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }));

    static void Write(Utf8JsonWriter json, ModelEntry model, ProviderEntry provider, ModelCondition? health)
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
        if (health is not null)
        {
            Write(json, health);
        }

        json.WriteEndObject();
    }

    static void Write(Utf8JsonWriter json, ModelCondition health)
    {
        json.WriteStartObject("health");
        json.WriteString("circuit", Word(health.Circuit));
        json.WriteNumber("failures", health.Failures);
        if (health.LastFailure is { } last)
        {
            json.WriteString("lastFailure", last);
        }

        if (health.OpenUntil is { } until)
        {
            json.WriteString("probeTime", until.UtcDateTime);
        }

        json.WriteNumber("waiting", health.Waiting);
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

    static string Word(CircuitState state) => state switch
    {
        CircuitState.Closed => "closed",
        CircuitState.Open => "open",
        _ => "probing",
    };

    static string Word(ProviderKind kind) => kind switch
    {
        ProviderKind.OpenAI => "openai",
        ProviderKind.AzureOpenAI => "azure-openai",
        _ => "simulated",
    };
}
