namespace DurableRouter.Core.Pipelines;

/// <summary>The words of pipeline files and what they mean, in the order that messages list them.</summary>
static class PipelineWords
{
    public static readonly IReadOnlyDictionary<string, StepKind> Kinds = new Dictionary<string, StepKind>
    {
        ["classify"] = StepKind.Classify,
        ["extract"] = StepKind.Extract,
        ["reason"] = StepKind.Reason,
        ["generate"] = StepKind.Generate,
        ["verify"] = StepKind.Verify,
    };

    /// <summary>Kinds that belong to the design and that this version can't run.</summary>
    public static readonly string[] LaterKinds = ["tool", "agent", "approve"];

    public static readonly string[] LaterStepKeys = ["forEach", "budget", "tools"];

    public const string Later = "not supported in this version";
}
