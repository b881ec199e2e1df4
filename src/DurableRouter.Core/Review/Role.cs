using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Review;

/// <summary>What one kind of step does with an answer beyond schema and checks. The base does nothing.</summary>
class Role
{
    static readonly Role Plain = new();

    public static Role Of(StepKind kind) => kind switch
    {
        StepKind.Classify => ClassifierRole.Instance,
        StepKind.Verify => VerifierRole.Instance,
        StepKind.Judge => JudgeRole.Instance,
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
