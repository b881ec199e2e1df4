using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Compilation;

/// <summary>Finds the route that a step has: the pipeline's own, then the family's by step id, then by kind, then the kind's default.</summary>
static class StepRoutes
{
    static readonly IReadOnlyList<ComplexityTier> ReasonDefault = [new(1, 2, Tier.Balanced), new(3, 5, Tier.Powerful)];

    static readonly StepRoute Cheap = new(Tier.Fast);
    static readonly StepRoute Middle = new(Tier.Balanced);
    static readonly StepRoute ByComplexity = new(ByComplexity: ReasonDefault);

    public static StepRoute Resolve(StepDefinition step, FamilyPolicy? family)
    {
        if (step.Route is { } own)
        {
            return own;
        }

        if (family is not null && (family.Steps.TryGetValue(step.Id, out var route) || family.Steps.TryGetValue(Words.Of(step.Kind), out route)))
        {
            return route;
        }

        return Default(step.Kind);
    }

    /// <summary>Sorting, copying out and checking are cheap work; writing and grading are not; reasoning depends on the classification.</summary>
    public static StepRoute Default(StepKind kind) => kind switch
    {
        StepKind.Reason => ByComplexity,
        StepKind.Generate or StepKind.Judge => Middle,
        _ => Cheap,
    };
}
