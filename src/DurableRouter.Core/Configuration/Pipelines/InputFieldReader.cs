using System.Text.Json;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Configuration.Pipelines;

/// <summary>Reads where a field comes from: a reference, a cut reference, or a literal.</summary>
static class InputFieldReader
{
    const int MaxCut = 10_000_000;

    public static IReadOnlyList<InputField> ReadAll(MapReader step, Func<string, int, string, JsonElement?> reference)
    {
        if (step.Map("input", required: true) is not { } map)
        {
            return [];
        }

        if (map.Entries.Count == 0)
        {
            step.Problems.Report(map.Line, $"{map.What} is empty; a step sees only what it declares");
        }

        foreach (var entry in map.Entries.Where(e => !Identifier.IsField(e.Key)))
        {
            step.Problems.Report(entry.Line, $"field '{entry.Key}' of {map.What}: a field's name may hold {Identifier.FieldAllowed}");
        }

        return [.. map.Entries.Select(e => new InputField(e.Key, Read(e.Value, step.Problems, $"field '{e.Key}' of {map.What}", reference)))];
    }

    public static FieldSource Read(ConfigNode? node, ProblemReporter problems, string what, Func<string, int, string, JsonElement?> reference)
    {
        if (node is ScalarNode scalar && YamlScalar.KindOf(scalar) == ScalarKind.Text)
        {
            reference(scalar.Text, scalar.Line, what);
            return new FieldSource(scalar.Text);
        }

        if (node is not MappingNode || MapReader.Open(node, problems, what) is not { } map)
        {
            if (node is not null)
            {
                problems.Report(node, $"{what} must be a reference, {{ from, head | tail | at }} or {{ value }}, not {node.Kind}");
            }

            return new FieldSource("");
        }

        var source = new FieldSource(map.TextOrNull("from"), map.IntegerOrNull("head", 1, MaxCut), map.IntegerOrNull("tail", 1, MaxCut),
            map.IntegerOrNull("at", 0, MaxCut), map.JsonOrNull("value"), map.Word("media", MediaKinds.All), map.TextOrNull("orText"));
        Medium(source, map, what, reference);
        if (map.Has("from") == map.Has("value"))
        {
            problems.Report(map.Line, $"{what} needs exactly one of 'from' and 'value'");
        }

        var cuts = new[] { "head", "tail", "at" }.Where(map.Has).ToList();
        if (cuts.Count > 1 || (cuts.Count == 1 && map.Has("value")))
        {
            problems.Report(map.LineOf(cuts[^1]), $"{what} takes at most one of 'head', 'tail' and 'at', and only with 'from'");
        }

        if (source.From is { } from)
        {
            var schema = reference(from, map.LineOf("from"), what);
            if (cuts.Count == 1 && !ReferenceScope.MayBe(schema, cuts[0] == "at" ? "array" : "string"))
            {
                problems.Report(map.LineOf(cuts[0]), $"{what}: '{cuts[0]}' needs {(cuts[0] == "at" ? "a list" : "a text")}, which '{from}' is not");
            }
        }

        map.Close();
        return source;
    }

    static void Medium(FieldSource source, MapReader map, string what, Func<string, int, string, JsonElement?> reference)
    {
        if (source.OrText is { } text)
        {
            if (source.Media is null)
            {
                map.Problems.Report(map.LineOf("orText"), $"{what}: 'orText' stands only beside 'media'");
            }
            else if (text.StartsWith(ReferenceScope.InputRoot + ".", StringComparison.Ordinal))
            {
                map.Problems.Report(map.LineOf("orText"), $"{what}: 'orText' is '{text}'; allowed: STEP or STEP.FIELD, of a step that says the medium in words");
            }
            else
            {
                reference(text, map.LineOf("orText"), what);
            }
        }

        if (source is { Media: not null, From: { } from } && !from.StartsWith(ReferenceScope.InputRoot + ".", StringComparison.Ordinal))
        {
            map.Problems.Report(map.LineOf("media"), $"{what}: a medium comes from the run's input, and '{from}' is a step's answer");
        }

        if (source.Media is not null && (source.Head ?? source.Tail ?? source.At) is not null)
        {
            map.Problems.Report(map.LineOf("media"), $"{what}: a medium can't be cut");
        }
    }
}
