using System.Text.Json.Serialization.Metadata;
using DurableRouter.Core.Durability;

namespace DurableRouter.Functions.Tests.Mutants;

/// <summary>The workflow, on a context with a fault.</summary>
sealed class MutantWorkflow(Workflow inner, Func<IWorkflowContext, IWorkflowContext> context) : Workflow
{
    public override string Name => inner.Name;

    public override int CurrentVersion => inner.CurrentVersion;

    public override JsonTypeInfo InputType => inner.InputType;

    public override JsonTypeInfo OutputType => inner.OutputType;

    public override Task<object> InvokeAsync(IWorkflowContext given, object input) => inner.InvokeAsync(context(given), input);
}
