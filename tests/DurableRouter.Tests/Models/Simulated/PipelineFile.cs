using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace DurableRouter.Tests.Models.Simulated;

/// <summary>The shipped document pipeline, read as plain YAML, so that the simulator is tested against the schemas it meets in use.</summary>
static class PipelineFile
{
    static readonly JsonNode Document = Load();

    public static JsonObject Output(string step) =>
        Document["steps"]!.AsArray().Single(s => s!["id"]!.GetValue<string>() == step)!["output"]!.DeepClone().AsObject();

    static JsonNode Load()
    {
        var yaml = new YamlStream();
        using var reader = File.OpenText(Path.Combine(Repository.Config, "pipelines", "document.yaml"));
        yaml.Load(reader);
        return ToJson(yaml.Documents[0].RootNode)!;
    }

    static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(c => KeyValuePair.Create(c.Key.ToString(), ToJson(c.Value)))),
        YamlSequenceNode list => new JsonArray(list.Select(ToJson).ToArray()),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } b => JsonValue.Create(b.Value == "true"),
        YamlScalarNode { Style: ScalarStyle.Plain } n when decimal.TryParse(n.Value, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        YamlScalarNode text => JsonValue.Create(text.Value),
        _ => null,
    };
}
