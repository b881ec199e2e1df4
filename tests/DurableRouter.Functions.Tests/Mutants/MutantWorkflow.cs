using System.Text.Json.Serialization.Metadata;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Functions.Tests.Mutants;

/// <summary>The workflow, on a context with a fault.</summary>
class MutantWorkflow(Workflow inner, Func<IWorkflowContext, IWorkflowContext> context) : Workflow
{
    public override string Name => inner.Name;

    public override int CurrentVersion => inner.CurrentVersion;

    public override JsonTypeInfo InputType => inner.InputType;

    public override JsonTypeInfo OutputType => inner.OutputType;

    public override Task<object> InvokeAsync(IWorkflowContext given, object input) => inner.InvokeAsync(context(given), input);

    public override RunIndexEntry Index(object input) => inner.Index(input);

    public override IEnumerable<string> Content(object input) => inner.Content(input);

    public override RunError? Error(object output) => inner.Error(output);

    public override object Summary(object output) => inner.Summary(output);

    public override RunRow? Row(string runId, object input, object output) => inner.Row(runId, input, output);
}

/// <summary>A release that can't read the inputs of its runs, as long as there is such a file.</summary>
sealed class MisreadsInputs(Workflow inner, string file) : MutantWorkflow(inner, context => context)
{
    public override JsonTypeInfo InputType => File.Exists(file) ? throw new NotSupportedException("What is this?") : base.InputType;
}
