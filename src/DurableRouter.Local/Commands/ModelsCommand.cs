using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;
using DurableRouter.Local.Output;

namespace DurableRouter.Local.Commands;

/// <summary>Lists the configuration's catalog.</summary>
static class ModelsCommand
{
    public static Command Create() => new Command("models", "List the catalog: tiers, prices, limits") { SharedOptions.Config, SharedOptions.Json }
        .Does((parse, terminal, _) =>
        {
            var catalog = HostConfig.Load(SharedOptions.ConfigFolder(parse), HostComposition.OwnChecks).Catalog;
            if (terminal.Json)
            {
                terminal.WriteJson(json => Write(json, catalog));
            }
            else
            {
                Write(terminal, catalog);
            }

            return Task.FromResult(ExitCodes.Ok);
        });

    static void Write(Terminal terminal, ModelCatalog catalog)
    {
        var table = new FigureTable().Name("model").Name("tier").Words("provider").Figure("$/M in").Figure("cached").Figure("out").Figure("context").Figure("output")
            .Name("latency");
        foreach (var m in catalog.Models)
        {
            table.Add(Terminal.Escape(m.Name), Words.Of(m.Tier), Terminal.Escape(IsSimulated(catalog, m) ? $"{m.Provider} (simulated)" : m.Provider),
                Price(m.Price.Input), Price(m.Price.CachedInput), Price(m.Price.Output), Figures.Count(m.Limits.Context), Figures.Count(m.Limits.Output),
                Terminal.Escape(m.Capabilities.Latency));
        }

        table.Write(terminal.Out);
        RunText.Write(terminal.Out, $"prices in US dollars per million tokens, as of {catalog.AsOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
    }

    static void Write(Utf8JsonWriter json, ModelCatalog catalog)
    {
        json.WriteStartObject();
        json.WriteString("asOf", catalog.AsOf.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteStartArray("value");
        foreach (var m in catalog.Models)
        {
            json.WriteStartObject();
            json.WriteString("name", m.Name);
            json.WriteString("tier", Words.Of(m.Tier));
            json.WriteString("provider", m.Provider);
            json.WriteBoolean("simulated", IsSimulated(catalog, m));
            json.WriteStartObject("price");
            json.WriteNumber("input", m.Price.Input);
            json.WriteNumber("cachedInput", m.Price.CachedInput);
            json.WriteNumber("output", m.Price.Output);
            json.WriteString("source", m.Price.Source);
            json.WriteEndObject();
            json.WriteStartObject("limits");
            json.WriteNumber("context", m.Limits.Context);
            json.WriteNumber("output", m.Limits.Output);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static bool IsSimulated(ModelCatalog catalog, ModelEntry model) => catalog.Providers[model.Provider].Kind == ProviderKind.Simulated;

    static string Price(decimal usd) => usd.ToString("0.00##", CultureInfo.InvariantCulture);
}
