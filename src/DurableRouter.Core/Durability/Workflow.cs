using System.Text.Json.Serialization.Metadata;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Core.Durability;

/// <summary>What an engine needs of a workflow to run it by its persisted name.</summary>
public abstract class Workflow
{
    /// <summary>A persisted constant.</summary>
    public abstract string Name { get; }

    /// <summary>The version given to new runs; runs keep the one they started with.</summary>
    public abstract int CurrentVersion { get; }

    public abstract JsonTypeInfo InputType { get; }

    public abstract JsonTypeInfo OutputType { get; }

    public abstract Task<object> InvokeAsync(IWorkflowContext context, object input);

    /// <summary>What lists and filters know of a run whose start went past <see cref="IRunClient"/>: what its input tells.</summary>
    public virtual RunIndexEntry Index(object input) => new(Name, new Dictionary<string, string>(), null);

    /// <summary>Addresses of the stored values that an input refers to.</summary>
    public virtual IEnumerable<string> Content(object input) => [];

    /// <summary>Why the run counts as failed although its code returned, keeping what it has; null when it didn't fail.</summary>
    public virtual RunError? Error(object output) => null;

    /// <summary>The output without its values: what a list of runs shows, where a host keeps lists apart.</summary>
    public virtual object Summary(object output) => output;

    /// <summary>The run's ledger row, committed together with its completion; null for a workflow without one.</summary>
    public virtual RunRow? Row(string runId, object input, object output) => null;
}

/// <summary>Deterministic code that sequences activities through <see cref="IWorkflowContext"/> alone.</summary>
public abstract class Workflow<TInput, TOutput> : Workflow
    where TInput : class where TOutput : class
{
    public abstract Task<TOutput> RunAsync(IWorkflowContext context, TInput input);

    public sealed override async Task<object> InvokeAsync(IWorkflowContext context, object input) => await RunAsync(context, (TInput)input);
}
