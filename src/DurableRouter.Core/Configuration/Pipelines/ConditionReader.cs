using System.Text.Json;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Configuration.Pipelines;

/// <summary>Reads a comparison: <c>{ of: REFERENCE, atLeast | atMost | above | below | equals | in | contains: ... }</c>.</summary>
static class ConditionReader
{
    /// <param name="resolve">Checks <c>of</c> and gives its schema, if known.</param>
    public static Condition? Read(MapReader? map, Func<string, int, string, JsonElement?> resolve)
    {
        if (map is null)
        {
            return null;
        }

        var of = map.Text("of");
        var schema = of.Length > 0 ? resolve(of, map.LineOf("of"), $"'of' in {map.What}") : null;
        return Compare(map, of, schema);
    }

    /// <summary>A comparison whose subject is fixed.</summary>
    public static Condition? Read(MapReader? map, string subject) => map is null ? null : Compare(map, subject, null);

    static Condition Compare(MapReader map, string of, JsonElement? schema)
    {
        var condition = new Condition(of, map.NumberOrNull("atLeast"), map.NumberOrNull("atMost"), map.NumberOrNull("above"), map.NumberOrNull("below"),
            map.JsonOrNull("equals"), map.Has("in") ? [.. map.Items("in").Select(i => YamlScalar.ToJson(i, map.Problems))] : AskedNothing(map), map.JsonOrNull("contains"));
        var ordered = new[] { "atLeast", "atMost", "above", "below" }.Where(map.Has).ToList();
        if (ordered.Count == 0 && !map.Has("equals") && !map.Has("in") && !map.Has("contains"))
        {
            map.Problems.Report(map.Line, $"{map.What} compares with nothing; allowed: atLeast, atMost, above, below, equals, in, contains");
        }

        if (ordered.Count > 0 && !ReferenceScope.MayBe(schema, "number", "integer"))
        {
            map.Problems.Report(map.LineOf(ordered[0]), $"{map.What} compares '{of}', which is no number, by {ordered[0]}");
        }

        map.Close();
        return condition;
    }

    static IReadOnlyList<JsonElement>? AskedNothing(MapReader map)
    {
        // Asking makes the key known, so that it is listed among the allowed ones.
        map.Items("in");
        return null;
    }
}
