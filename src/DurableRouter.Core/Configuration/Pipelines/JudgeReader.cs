using DurableRouter.Core.Configuration.Routing;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Configuration.Pipelines;

/// <summary>Reads the settings of a <c>judge</c> check.</summary>
static class JudgeReader
{
    /// <param name="catalog">Null when it couldn't be read: then names aren't checked.</param>
    public static JudgeRule Read(MapReader map, ModelCatalog? catalog)
    {
        var rubric = map.Text("rubric");
        if (map.Has("rubric") && string.IsNullOrWhiteSpace(rubric))
        {
            map.Problems.Report(map.LineOf("rubric"), $"rubric of {map.What} is empty; say what a good answer is");
        }

        if (PromptLint.ModelNamed(rubric, catalog?.Models.Select(m => m.Name) ?? []) is { } named)
        {
            map.Problems.Report(map.LineOf("rubric"), $"rubric of {map.What} names a model ('{named}'); name the role and the task, any model may judge");
        }

        if (!map.Has("atLeast"))
        {
            map.Required("atLeast");
        }

        var atLeast = map.NumberOrNull("atLeast", 0, 1) ?? 1;
        var tokens = map.IntegerOrNull("maxOutputTokens", 1, 1_000_000) ?? StepDefaults.JudgeMaxOutputTokens;
        var route = map.Map("route");
        route?.Refuse("differentModelThan", "a judge is always another model than the one that it judges");
        var judge = new JudgeRule(rubric, atLeast, tokens, route is null ? null : StepRouteReader.Read(route, catalog, []));
        map.Close();
        return judge;
    }
}
