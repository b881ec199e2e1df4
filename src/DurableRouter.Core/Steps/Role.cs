using System.Text.Json;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Pipelines;

namespace DurableRouter.Core.Steps;

/// <summary>What one kind of step does with an answer beyond schema and checks. The base does nothing.</summary>
class Role
{
    static readonly Role Plain = new();

    public static Role Of(StepKind kind) => kind switch
    {
        StepKind.Classify => ClassifyActivity.Classifier.Instance,
        StepKind.Verify => VerifyActivity.Verifier.Instance,
        StepKind.Judge => JudgeActivity.Judge.Instance,
        _ => Plain,
    };

    /// <summary>What a reply says that is not the JSON which was asked for.</summary>
    /// <param name="text">Empty for a reply that was cut or held nothing.</param>
    /// <returns>Null: nothing, it has failed.</returns>
    public virtual Salvage? Salvage(StepDefinition step, string text) => null;

    /// <summary>Adds to an answer that fits the schema what the step itself knows.</summary>
    public virtual JsonElement Complete(StepDefinition step, IReadOnlyList<PromptField> fields, JsonElement answer) => answer;

    /// <summary>Why the answer can't be used although it fits the schema, one sentence each.</summary>
    public virtual IEnumerable<string> Problems(StepDefinition step, JsonElement answer) => [];

    /// <summary>A verdict that is recorded beside the checks and decides nothing about the attempt.</summary>
    public virtual CheckResult? Grade(StepDefinition step, JsonElement answer) => null;
}
