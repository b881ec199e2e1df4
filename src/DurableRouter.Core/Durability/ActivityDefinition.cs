using System.Text.Json.Serialization.Metadata;

namespace DurableRouter.Core.Durability;

/// <summary>The persisted name of an activity and the JSON contracts of its messages.</summary>
/// <param name="Name">A persisted constant: histories refer to it for as long as a run may live.</param>
/// <param name="Input">The source-generated contract of the input.</param>
/// <param name="Output">The source-generated contract of the output.</param>
public sealed record ActivityDefinition<TInput, TOutput>(string Name, JsonTypeInfo<TInput> Input, JsonTypeInfo<TOutput> Output)
    where TInput : class where TOutput : class;
