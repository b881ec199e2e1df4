using DurableRouter.Core.Catalog;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Routing;
using DurableRouter.Core.Verification;

namespace DurableRouter.Core.Pipelines;

/// <summary>What a pipeline promises only together with the catalog and the routing.</summary>
static class PipelineChecks
{
    public static void Run(PipelineDefinition pipeline, PipelineDraft draft, MapReader map, ModelCatalog catalog, RoutingPolicy routing, ProblemReporter problems)
    {
        if (!routing.Families.TryGetValue(pipeline.Family, out var family))
        {
            return;
        }

        var tags = pipeline.Steps.SelectMany(s => s.RiskRules).Select(r => r.Tag).Concat(family.Risk.Keys).Distinct().ToList();
        foreach (var (tag, line) in draft.RiskTags.Where(t => !tags.Contains(t.Tag)))
        {
            problems.Report(line, $"risk tag '{tag}' is declared nowhere{Suggestion.For(tag, tags)}; allowed: the tags of riskRules and of the family's risk ({string.Join(", ", tags)})");
        }

        foreach (var step in pipeline.Steps.Where(s => family.Fallback.Last == LastLink.Safe && s.SafeAnswer is null))
        {
            problems.Report(draft.StepLines[step.Id], $"step '{step.Id}' has no 'safeAnswer', and family '{family.Name}' ends its chains with one (last: safe)");
        }

        foreach (var step in pipeline.Steps.Where(s => catalog.IsMixed && ReferenceEquals(StepRoutes.Resolve(s, family), StepRoutes.Default(s.Kind))))
        {
            problems.Report(draft.StepLines[step.Id], $"step '{step.Id}' has no route, and models.yaml holds simulated and real models; name 'models', so that no chain mixes them");
        }

        foreach (var step in pipeline.Steps.Where(s => s.SafeAnswer is not null && JsonSchema.Load(s.Output).IsValid))
        {
            foreach (var violation in JsonSchema.Load(step.Output).Schema!.Validate(step.SafeAnswer!.Value))
            {
                problems.Report(draft.SafeAnswerLines[step.Id], $"safeAnswer of step '{step.Id}' doesn't match its output: {violation}");
            }
        }

        // Only a whole configuration can be asked: a fault found before would come up again in other words.
        if (!problems.AnySoFar)
        {
            ServiceCheck(CompiledDefinition.Pin(pipeline, catalog, routing), draft, tags, problems);
        }
    }

    /// <summary>Asks the router itself, for every complexity and every risk tag: is there a model that could serve the step at all?</summary>
    static void ServiceCheck(CompiledDefinition definition, PipelineDraft draft, List<string> tags, ProblemReporter problems)
    {
        foreach (var step in definition.Steps.Concat(definition.Judges))
        {
            var facts = from complexity in new int?[] { null, 1, 2, 3, 4, 5 }
                        from risk in tags.Select(t => (IReadOnlyList<string>)[t]).Prepend([])
                        select new RouteFacts(complexity, risk, step.StaticPromptBytes, step.Definition.MaxOutputTokens, new Dictionary<string, string>(), null);
            foreach (var fact in facts)
            {
                if (Unserved(definition, step, fact) is { } why)
                {
                    problems.Report(draft.StepLines[JudgeStep.JudgedBy(step.Definition.Id) ?? step.Definition.Id], $"no model can serve step '{step.Definition.Id}' ({why})");
                    break;
                }
            }
        }
    }

    static string? Unserved(CompiledDefinition definition, CompiledStep step, RouteFacts facts)
    {
        var used = facts;
        if (step.Route.DifferentModelThan is { } other && definition.FindStep(other) is { } producer)
        {
            var made = Router.Decide(producer.Definition, definition, facts with { OutputTokens = producer.Definition.MaxOutputTokens, InputTokens = producer.StaticPromptBytes });
            used = made.Candidates.Count == 0 ? facts : facts with { UsedModels = new Dictionary<string, string> { [other] = made.Candidates[0].Model } };
        }

        var decision = Router.Decide(step.Definition, definition, used);
        return decision.Candidates.Count > 0 ? null
            : $"{decision.Rule}: {string.Join("; ", decision.Rejected.Select(r => $"{r.Model}: {r.Reason}"))}";
    }
}
