using DurableRouter.Core.Checks;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Configuration.Pipelines;

/// <summary>Reads one file of pipelines/.</summary>
static class PipelineReader
{
    const int MaxSteps = 100;

    /// <param name="catalog">Null when it couldn't be read: then names aren't checked; <paramref name="tools"/> likewise.</param>
    public static (PipelineDefinition Pipeline, PipelineDraft Draft, MapReader Map)? Read(ConfigNode root, ModelCatalog? catalog,
        RoutingPolicy? routing, IReadOnlyList<ToolDefinition>? tools, OutputChecks own, ProblemReporter problems)
    {
        if (MapReader.Open(root, problems, "the pipeline") is not { } map)
        {
            return null;
        }

        var name = map.Text("name");
        if (name.Length > 0 && !Identifier.IsValid(name))
        {
            problems.Report(map.LineOf("name"), $"name is '{name}'; a pipeline's name may hold {Identifier.Allowed}");
        }

        var family = Family(map, routing);
        var description = map.TextOrNull("description");
        var input = (map.Required("input") is { } schema ? SchemaReader.Read(schema, problems, "input of the pipeline") : null) ?? SchemaReader.AnyObject;
        var items = map.Items("steps", required: true);
        if (map.Has("steps") && items.Count is 0 or > MaxSteps)
        {
            problems.Report(map.LineOf("steps"), $"steps has {items.Count} entries; allowed: 1 to {MaxSteps}");
        }

        var draft = new PipelineDraft(input, [.. items.Select(i => (IdOf(i), NeedsOf(i)))]);
        var reader = new StepReader(draft, catalog, tools, own, problems);
        var steps = new List<StepDefinition>();
        foreach (var item in items)
        {
            CheckId(item, steps, problems);
            if (reader.Read(item, IdOf(item)) is { } step)
            {
                steps.Add(step);
            }
        }

        var whole = draft.WholeScope();
        var result = InputFieldReader.Read(map.Required("result"), problems, "result", (text, line, what) => whole.Resolve(text, line, what, problems));
        var task = Task(map, whole);
        map.Close();
        return (new PipelineDefinition(name, family, description, input, steps, result, task), draft, map);
    }

    /// <summary>Where a run's task type comes from, when not from its classification.</summary>
    static string? Task(MapReader map, ReferenceScope scope)
    {
        if (map.TextOrNull("task") is not { } task)
        {
            return null;
        }

        var line = map.LineOf("task");
        if (!task.StartsWith(ReferenceScope.InputRoot + ".", StringComparison.Ordinal))
        {
            map.Problems.Report(line, $"task is '{task}'; allowed: input.FIELD");
            return null;
        }

        if (!ReferenceScope.MayBe(scope.Resolve(task, line, "task", map.Problems), "string"))
        {
            map.Problems.Report(line, $"task is '{task}', which is no text");
        }

        return task;
    }

    static string Family(MapReader map, RoutingPolicy? routing)
    {
        var family = map.TextOrNull("family");
        if (family is null || routing is null || routing.Families.ContainsKey(family))
        {
            return family ?? routing?.DefaultFamily ?? "";
        }

        map.Problems.Report(map.LineOf("family"),
            $"family is '{family}', which routing.yaml doesn't declare{Suggestion.For(family, routing.Families.Keys)}; allowed: {string.Join(", ", routing.Families.Keys)}");
        return family;
    }

    static void CheckId(ConfigNode item, List<StepDefinition> before, ProblemReporter problems)
    {
        if (item is not MappingNode map || map.Find("id") is not { Value: ScalarNode id })
        {
            return;
        }

        if (!Identifier.IsValid(id.Text) || id.Text == ReferenceScope.InputRoot)
        {
            problems.Report(id, $"id is '{id.Text}'; a step's id may hold {Identifier.Allowed}, and is not '{ReferenceScope.InputRoot}'");
        }

        if (before.Any(s => s.Id == id.Text))
        {
            problems.Report(id, $"a second step has the id '{id.Text}'");
        }
    }

    static string IdOf(ConfigNode item) => item is MappingNode map && map.Find("id") is { Value: ScalarNode id } ? id.Text : "";

    static IReadOnlyList<string> NeedsOf(ConfigNode item) =>
        item is MappingNode map && map.Find("needs") is { Value: SequenceNode needs } ? [.. needs.Items.OfType<ScalarNode>().Select(n => n.Text)] : [];
}
