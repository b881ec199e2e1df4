using System.Text;
using System.Text.Json;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Routing;
using DurableRouter.Core.Verification;

namespace DurableRouter.Core.Pipelines;

/// <summary>A step with what is derived from it once.</summary>
public sealed class CompiledStep
{
    internal CompiledStep(StepDefinition definition, int order, FamilyPolicy? family)
    {
        Definition = definition;
        Order = order;
        Route = StepRoutes.Resolve(definition, family);
        var loaded = JsonSchema.Load(definition.Output);
        Schema = loaded.Schema ?? throw new DurableRouterException(ErrorCodes.ConfigInvalid,
            $"the output schema of step '{definition.Id}' can't be compiled: {string.Join("; ", loaded.Issues)}");
        StructuredOutput = Schema.Source;
        StaticPromptBytes = Encoding.UTF8.GetByteCount(definition.Instructions ?? "")
            + definition.Labels.Sum(l => Encoding.UTF8.GetByteCount(l) + 2)
            + CanonicalJson.Write(definition.Output).Length;
    }

    public StepDefinition Definition { get; }

    /// <summary>Its place in the pipeline, from 0.</summary>
    public int Order { get; }

    /// <summary>The family's route for it, or the pipeline's own.</summary>
    public StepRoute Route { get; }

    /// <summary>What an answer must match.</summary>
    public JsonSchema Schema { get; }

    /// <summary>The JSON Schema that goes to models with structured output and into the instructions of others.</summary>
    public JsonElement StructuredOutput { get; }

    /// <summary>UTF-8 bytes of instructions, labels and schema: what every prompt of the step holds before any data. The fixed sentences
    /// around them are not counted here.</summary>
    public int StaticPromptBytes { get; }
}
