namespace DurableRouter.Core.Definitions;

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
        ["tool"] = StepKind.Tool,
    };

    /// <summary>Kinds that ask a model, and so have a route.</summary>
    public static readonly string[] ModelKinds = [.. Kinds.Where(k => k.Value != StepKind.Tool).Select(k => k.Key)];

    /// <summary>Keys of tool steps alone.</summary>
    public static readonly string[] ToolKeys = ["tool", "scope", "unattended"];

    /// <summary>Kinds that belong to the design and that this version can't run.</summary>
    public static readonly string[] LaterKinds = ["agent", "approve"];

    public static readonly string[] LaterStepKeys = ["forEach", "budget", "tools"];

    public const string Later = "not supported in this version";
}
