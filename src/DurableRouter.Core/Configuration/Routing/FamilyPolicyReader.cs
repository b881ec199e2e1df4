using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Configuration.Routing;

/// <summary>Reads a family's <c>policies</c>: the table of situations with route, guard and fallback.</summary>
/// <param name="catalog">Null when it couldn't be read: then names aren't checked.</param>
sealed class FamilyPolicyReader(MapReader family, ModelCatalog? catalog, RoutingMarks marks)
{
    public IReadOnlyList<PolicyRow>? Read(string familyName)
    {
        if (!family.Has("policies"))
        {
            family.Optional("policies");
            return null;
        }

        var rows = new List<PolicyRow>();
        foreach (var item in family.Items("policies"))
        {
            if (MapReader.Open(item, family.Problems, $"a policy of {family.What}") is { } map)
            {
                var row = Row(map, familyName);
                if (rows.Exists(r => r.Name == row.Name))
                {
                    map.Problems.Report(map.LineOf("name"), $"a second policy of {family.What} has the name '{row.Name}'");
                }

                rows.Add(row);
            }
        }

        return rows;
    }

    PolicyRow Row(MapReader map, string familyName)
    {
        var name = map.Text("name");
        if (name.Length > 0 && !Identifier.IsValid(name))
        {
            map.Problems.Report(map.LineOf("name"), $"name of {map.What} is '{name}'; allowed: {Identifier.Allowed}");
        }

        var steps = map.Has("steps") ? map.Texts("steps") : null;
        map.Optional("steps");
        foreach (var step in steps ?? [])
        {
            marks.PolicySteps.Add((familyName, step.Text, step.Line));
        }

        var when = map.Map("when", required: true) is { } situation ? Situation(situation, familyName) : new PolicySituation();
        var route = map.Map("route") is { } given ? StepRouteReader.Read(given, catalog, marks.TasksOf(familyName), needsWay: false) : null;
        if (route?.DifferentModelThan is not null)
        {
            map.Problems.Report(map.LineOf("route"), $"route of {map.What} can't set 'differentModelThan': it belongs to the step's own route");
        }

        var row = new PolicyRow(name, when, steps is null ? null : [.. steps.Select(s => s.Text)], route, map.Word("guard", "strict"),
            map.Has("fallback") ? RoutingReader.Fallback(map) : null);
        map.Optional("fallback");
        if (row is { Route: null, Guard: null, Fallback: null })
        {
            map.Problems.Report(map.Line, $"{map.What} sets nothing; allowed: route, guard, fallback");
        }

        map.Close();
        return row;
    }

    PolicySituation Situation(MapReader map, string familyName)
    {
        var tasks = WordOrList(map, "task");
        marks.TasksOf(familyName).AddRange((tasks ?? []).Select(t => (t.Text, t.Line)));
        var risk = WordOrList(map, "risk");
        if (risk is { Count: > 1 } && risk.Any(r => r.Text == PolicySituation.NoRisk))
        {
            map.Problems.Report(map.LineOf("risk"), $"risk of {map.What} names '{PolicySituation.NoRisk}' beside tags; allowed: either");
        }

        var media = WordOrList(map, "media");
        foreach (var kind in (media ?? []).Where(m => !MediaKinds.All.Contains(m.Text)))
        {
            map.Problems.Report(kind, $"media of {map.What} is '{kind.Text}'{Suggestion.For(kind.Text, MediaKinds.All)}; allowed: {string.Join(", ", MediaKinds.All)}");
        }

        var latency = map.Map("latency");
        var below = latency?.DurationOrNull("below");
        latency?.Close();
        var situation = new PolicySituation(Texts(tasks), Texts(risk), Range(map, "inputTokens"), Range(map, "budgetLeft"), below, Texts(media));
        if (situation == new PolicySituation())
        {
            map.Problems.Report(map.Line, $"{map.What} says nothing; allowed: task, risk, media, latency, inputTokens, budgetLeft");
        }

        map.Close();
        return situation;
    }

    static AmountRange? Range(MapReader parent, string key)
    {
        if (parent.Map(key) is not { } map)
        {
            return null;
        }

        var (above, below) = ((decimal?)map.NumberOrNull("above", 0, 1e9), (decimal?)map.NumberOrNull("below", 0, 1e9));
        if (above is null && below is null)
        {
            map.Problems.Report(map.Line, $"{map.What} compares with nothing; allowed: above, below");
        }

        map.Close();
        return new AmountRange(above, below);
    }

    static IReadOnlyList<ScalarNode>? WordOrList(MapReader map, string key)
    {
        switch (map.Optional(key))
        {
            case null:
                return null;
            case SequenceNode:
                return map.Texts(key);
            default:
                map.TextOrNull(key);
                return map.Optional(key) is ScalarNode scalar ? [scalar] : [];
        }
    }

    static IReadOnlyList<string>? Texts(IReadOnlyList<ScalarNode>? nodes) => nodes is null ? null : [.. nodes.Select(n => n.Text)];
}
