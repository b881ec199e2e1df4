using System.Text.Json.Serialization.Metadata;

namespace DurableRouter.Core.Durability;

/// <summary>What a host needs of an activity to dispatch it by its persisted name.</summary>
public abstract class Activity
{
    public abstract string Name { get; }

    public abstract JsonTypeInfo InputType { get; }

    public abstract JsonTypeInfo OutputType { get; }

    /// <summary>True for an activity that makes one billed call. Its host makes the intent durable before it runs.</summary>
    public virtual bool IsAttempt => false;

    /// <summary>The name of the model or tool that bounds how many of these run at once; null shares the general bound only.</summary>
    public virtual string? ConcurrencyKey(object input) => null;

    public abstract Task<object> InvokeAsync(IActivityScope scope, object input, CancellationToken cancellationToken);
}

/// <summary>An activity. Expected failures are part of <typeparamref name="TOutput"/>; an exception means a bug or broken infrastructure.</summary>
public abstract class Activity<TInput, TOutput>(ActivityDefinition<TInput, TOutput> definition) : Activity
    where TInput : class where TOutput : class
{
    public sealed override string Name => definition.Name;

    public sealed override JsonTypeInfo InputType => definition.Input;

    public sealed override JsonTypeInfo OutputType => definition.Output;

    public abstract Task<TOutput> RunAsync(IActivityScope scope, TInput input, CancellationToken cancellationToken);

    public sealed override async Task<object> InvokeAsync(IActivityScope scope, object input, CancellationToken cancellationToken) =>
        await RunAsync(scope, (TInput)input, cancellationToken);
}
