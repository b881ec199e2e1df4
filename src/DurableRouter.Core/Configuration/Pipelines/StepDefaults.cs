using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Configuration.Pipelines;

/// <summary>What a step gets when its file doesn't say.</summary>
static class StepDefaults
{
    public const int ClassifyMaxOutputTokens = 256;
    /// <summary>For a label alone.</summary>
    public const int LabelMaxOutputTokens = 16;
    public const int ExtractMaxOutputTokens = 4_000;
    public const int ReasonMaxOutputTokens = 4_000;
    public const int GenerateMaxOutputTokens = 4_000;
    public const int VerifyMaxOutputTokens = 1_000;
    public const int JudgeMaxOutputTokens = 800;

    /// <summary>How often a verify step may send work back.</summary>
    public const int MaxRevisionsAllowed = 5;

    /// <param name="labelOnly">True for a classify step that asks for the label alone.</param>
    public static int MaxOutputTokens(StepKind kind, bool labelOnly = false) => kind switch
    {
        StepKind.Classify when labelOnly => LabelMaxOutputTokens,
        StepKind.Classify => ClassifyMaxOutputTokens,
        StepKind.Extract => ExtractMaxOutputTokens,
        StepKind.Reason => ReasonMaxOutputTokens,
        StepKind.Generate => GenerateMaxOutputTokens,
        _ => VerifyMaxOutputTokens,
    };
}
