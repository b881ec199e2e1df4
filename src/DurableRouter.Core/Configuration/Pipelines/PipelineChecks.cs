using DurableRouter.Core.Compilation;
using DurableRouter.Core.Configuration.Routing;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Routing;
using DurableRouter.JsonSchema;

namespace DurableRouter.Core.Configuration.Pipelines;

/// <summary>What a pipeline promises only together with the catalog, the routing and the tools.</summary>
static class PipelineChecks
{
    public static void Run(PipelineDefinition pipeline, PipelineDraft draft, MapReader map, ModelCatalog catalog, RoutingPolicy routing,
        IReadOnlyList<ToolDefinition> tools, ProblemReporter problems)
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

        foreach (var step in pipeline.Steps.Where(s => s.SafeAnswer is null && EndsSafely(family, s)))
        {
            problems.Report(draft.StepLines[step.Id], $"step '{step.Id}' has no 'safeAnswer', and family '{family.Name}' ends its chains with one (last: safe)");
        }

        RevisionCheck(pipeline, draft, problems);
        TaskCheck(pipeline, draft, problems);
        ScoreCheck(pipeline, family, draft, problems);

        foreach (var step in pipeline.Steps.Where(s => s.Kind != StepKind.Tool && catalog.IsMixed && ReferenceEquals(StepRoutes.Resolve(s, family), StepRoutes.Default(s.Kind))))
        {
            problems.Report(draft.StepLines[step.Id], $"step '{step.Id}' has no route, and models.yaml holds simulated and real models; name 'models', so that no chain mixes them");
        }

        foreach (var step in pipeline.Steps.Where(s => s.SafeAnswer is not null && CompiledSchema.Load(s.Output).IsValid))
        {
            foreach (var violation in CompiledSchema.Load(step.Output).Schema!.Validate(step.SafeAnswer!.Value))
            {
                problems.Report(draft.SafeAnswerLines[step.Id], $"safeAnswer of step '{step.Id}' doesn't match its output: {violation}");
            }
        }

        // A step's own route is checked where it is read; the family's may name a step of another pipeline, and then it asks nothing here.
        foreach (var step in pipeline.Steps.Where(s => s.Kind != StepKind.Tool && s.Route is null))
        {
            if (StepRoutes.Resolve(step, family).DifferentModelThan is { } other && draft.StepLines.ContainsKey(other) && !draft.Reachable(step.Needs).Contains(other))
            {
                problems.Report(draft.StepLines[step.Id], $"the route of step '{step.Id}' asks for another model than step '{other}', which is not among the step's needs, directly or through others");
            }
        }

        if (OnDemand.UsedElsewhere(pipeline) is var (lazily, by))
        {
            problems.Report(draft.StepLines[lazily], $"step '{lazily}' runs only when a medium is needed in words (orText), and {by} uses it always; allowed: orText alone");
        }

        foreach (var step in pipeline.Steps.Where(s => s.When is not null && OnDemand.Is(pipeline, s.Id)))
        {
            problems.Report(draft.StepLines[step.Id], $"step '{step.Id}' runs only when a medium is needed in words (orText), and has a 'when' beside that; allowed: without");
        }

        // Only a whole configuration can be asked: a fault found before would come up again in other words.
        if (!problems.AnySoFar)
        {
            var definition = CompiledDefinition.Pin(pipeline, catalog, routing, tools);
            var service = new ServiceCheck(definition, tags);
            foreach (var step in definition.Steps.Where(s => s.Tool is null).Concat(definition.Judges))
            {
                if (service.Unserved(step) is { } why)
                {
                    problems.Report(draft.StepLines[JudgeStep.JudgedBy(step.Definition.Id) ?? step.Definition.Id], $"no model can serve step '{step.Definition.Id}' ({why})");
                }
            }
        }
    }

    static bool EndsSafely(FamilyPolicy family, StepDefinition step) => family.Fallback.Last == LastLink.Safe
        || (family.Policies ?? []).Any(p => p.Fallback?.Last == LastLink.Safe && PolicyTable.IsAbout(p, step));

    /// <summary>A verifier sends work back and lets everything behind it run again: an answer may change, a call to the outside is not taken back.</summary>
    static void RevisionCheck(PipelineDefinition pipeline, PipelineDraft draft, ProblemReporter problems)
    {
        foreach (var verifier in pipeline.Steps.Where(s => s is { Revises: not null, MaxRevisions: > 0 }))
        {
            foreach (var step in StepOrder.Again(pipeline, verifier.Revises!, verifier.Id).Select(pipeline.Step).Where(s => s.Kind == StepKind.Tool))
            {
                if (step.Id == verifier.Revises)
                {
                    problems.Report(draft.StepLines[verifier.Id], $"step '{verifier.Id}' sends work back to '{step.Id}', and a tool has nothing to revise; let it revise a step that a model answers");
                }
                else if (step.Scope == ToolScope.Write)
                {
                    problems.Report(draft.StepLines[step.Id], $"step '{step.Id}' writes before step '{verifier.Id}' has checked what it writes, and would write again after each revision; let it stand after '{verifier.Id}' and need it");
                }
            }
        }
    }

    static void TaskCheck(PipelineDefinition pipeline, PipelineDraft draft, ProblemReporter problems)
    {
        if (TaskNames.Of(pipeline) is not { } known)
        {
            return;
        }

        foreach (var (task, line) in draft.Tasks.Where(t => !known.Contains(t.Task)))
        {
            problems.Report(line, $"the task '{task}' is none that the pipeline has{Suggestion.For(task, known)}; allowed: {string.Join(", ", known)}");
        }
    }

    /// <summary>A score of a field that the input doesn't have would always be unknown.</summary>
    static void ScoreCheck(PipelineDefinition pipeline, FamilyPolicy family, PipelineDraft draft, ProblemReporter problems)
    {
        foreach (var step in pipeline.Steps.Where(s => s.Kind != StepKind.Tool))
        {
            foreach (var field in StepRoutes.Resolve(step, family).Scored().Distinct().Where(f => f.StartsWith("input.", StringComparison.Ordinal)))
            {
                ReferenceScope.Property(pipeline.Input, field["input.".Length..], draft.StepLines[step.Id], $"the route of step '{step.Id}' scores '{field}' and", problems);
            }
        }
    }
}
