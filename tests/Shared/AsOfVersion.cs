using System.Text.Json.Serialization.Metadata;
using DurableRouter.Core.Durability;

namespace DurableRouter.Tests.Shared;

/// <summary>A workflow whose runs started with an earlier version of its code.</summary>
/// <param name="version">Null: the current one.</param>
public sealed class AsOfVersion(Workflow inner, int? version) : Workflow
{
    public override string Name => inner.Name;

    public override int CurrentVersion => version ?? inner.CurrentVersion;

    public override JsonTypeInfo InputType => inner.InputType;

    public override JsonTypeInfo OutputType => inner.OutputType;

    public override Task<object> InvokeAsync(IWorkflowContext context, object input) => inner.InvokeAsync(context, input);
}
