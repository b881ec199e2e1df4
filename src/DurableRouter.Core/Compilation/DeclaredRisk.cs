using System.Text.Json;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Compilation;

/// <summary>The risk tags that a pipeline and its family say anything about. A classifier is told them and may name no other: a tag that no rule knows would open no
/// approval and raise no tier.</summary>
static class DeclaredRisk
{
    /// <summary>The pipeline with the tags in each step that classifies by our schema.</summary>
    public static PipelineDefinition Declare(PipelineDefinition pipeline, FamilyPolicy? family)
    {
        var tags = Tags(pipeline, family);
        return tags.Count == 0 ? pipeline : pipeline with
        {
            Steps = [.. pipeline.Steps.Select(step => IsOurs(step) ? step with { RiskTags = tags, Output = BuiltInSchemas.Classify(step.Labels, tags) } : step)],
        };
    }

    static bool IsOurs(StepDefinition step) => step.Kind == StepKind.Classify && step.LabelOnly != true
        && JsonElement.DeepEquals(step.Output, BuiltInSchemas.Classify(step.Labels));

    /// <summary>Sorted, so that the definition doesn't depend on the order of files.</summary>
    static List<string> Tags(PipelineDefinition pipeline, FamilyPolicy? family) =>
    [
        .. pipeline.Steps.SelectMany(step => step.RiskRules).Select(rule => rule.Tag)
            .Concat(pipeline.Steps.SelectMany(step => step.Approval?.When ?? []).SelectMany(Tags))
            .Concat(family?.Risk.Keys ?? [])
            .Concat((family?.Policies ?? []).SelectMany(row => row.When.Risk ?? []).Where(tag => tag != PolicySituation.NoRisk))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    static IEnumerable<string> Tags(ApprovalTrigger trigger) =>
        (trigger.All ?? []).SelectMany(Tags).Concat(trigger.Risk is { } tag ? [tag] : []);
}
