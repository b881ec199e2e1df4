namespace DurableRouter.Core.Pipelines;

/// <summary>What a step gets when its file doesn't say.</summary>
public static class StepDefaults
{
    public const int ClassifyMaxOutputTokens = 256;
    public const int ExtractMaxOutputTokens = 4_000;
    public const int ReasonMaxOutputTokens = 4_000;
    public const int GenerateMaxOutputTokens = 4_000;
    public const int VerifyMaxOutputTokens = 1_000;
    public const int JudgeMaxOutputTokens = 800;

    /// <summary>How often a verify step may send work back.</summary>
    public const int MaxRevisionsAllowed = 5;

    public static int MaxOutputTokens(StepKind kind) => kind switch
    {
        StepKind.Classify => ClassifyMaxOutputTokens,
        StepKind.Extract => ExtractMaxOutputTokens,
        StepKind.Reason => ReasonMaxOutputTokens,
        StepKind.Generate => GenerateMaxOutputTokens,
        _ => VerifyMaxOutputTokens,
    };
}
