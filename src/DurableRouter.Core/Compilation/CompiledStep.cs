using System.Text;
using DurableRouter.Core.Checks;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.JsonSchema;
using Microsoft.Extensions.AI;

namespace DurableRouter.Core.Compilation;

/// <summary>A step with what is derived from it once.</summary>
public sealed class CompiledStep
{
    internal CompiledStep(StepDefinition definition, int order, FamilyPolicy? family, OutputChecks own, CompiledTool? tool = null)
    {
        Definition = definition;
        Order = order;
        Tool = tool;
        Route = StepRoutes.Resolve(definition, family);
        if (definition.Kind == StepKind.Judge)
        {
            Route = JudgeStep.Independent(Route, definition);
        }

        Judge = JudgeStep.Of(definition) is { } judge && definition.Kind != StepKind.Judge ? new CompiledStep(judge, order, family, own) : null;
        var loaded = CompiledSchema.Load(definition.Output);
        Schema = loaded.Schema ?? throw new DurableRouterException(ErrorCodes.ConfigInvalid,
            $"the output schema of step '{definition.Id}' can't be compiled: {string.Join("; ", loaded.Issues)}");
        Checks = CompiledCheck.Compile(definition, own);
        ResponseFormat = definition.LabelOnly == true ? null : ChatResponseFormat.ForJsonSchema(definition.Output, definition.Id);
        Instructions = StepInstructions.Of(definition, schemaInPrompt: false);
        InstructionsWithSchema = StepInstructions.Of(definition, schemaInPrompt: true);
        StaticPromptBytes = Encoding.UTF8.GetByteCount(InstructionsWithSchema);
    }

    public StepDefinition Definition { get; }

    /// <summary>Its place in the pipeline, from 0.</summary>
    public int Order { get; }

    /// <summary>The family's route for it, or the pipeline's own.</summary>
    public StepRoute Route { get; }

    /// <summary>What a step of kind <c>tool</c> calls; null for one that asks a model.</summary>
    public CompiledTool? Tool { get; }

    /// <summary>The call that grades the step's answers; null without a <c>judge</c> check.</summary>
    public CompiledStep? Judge { get; }

    /// <summary>What an answer must match.</summary>
    public CompiledSchema Schema { get; }

    /// <summary>What an answer that matches must pass besides, in declared order.</summary>
    internal IReadOnlyList<CompiledCheck> Checks { get; }

    /// <summary>The schema as it goes to models with structured output; null for a step whose answer is plain text.</summary>
    public ChatResponseFormat? ResponseFormat { get; }

    /// <summary>The system message of a first attempt, for models that get the schema beside it.</summary>
    public string Instructions { get; }

    /// <summary>The same for models that must read the schema in it.</summary>
    public string InstructionsWithSchema { get; }

    /// <summary>UTF-8 bytes of instructions and schema: what every prompt of the step holds before any data.</summary>
    public int StaticPromptBytes { get; }
}
