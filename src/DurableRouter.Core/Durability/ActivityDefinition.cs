using System.Text.Json.Serialization.Metadata;

namespace DurableRouter.Core.Durability;

/// <summary>The persisted name of an activity and the JSON contracts of its messages.</summary>
/// <param name="Name">A persisted constant: histories refer to it for as long as a run may live.</param>
/// <param name="Input">The source-generated contract of the input.</param>
/// <param name="Output">The source-generated contract of the output.</param>
/// <param name="Identity">Which piece of work an input asks for, without how: on replay a command with another identity differs from the
/// history. Null: any input counts as the same work.</param>
/// <param name="Recorded">The input as a history keeps it on hosts where the workflow's code makes the whole one again before every delivery:
/// without what the code takes from the run's input and from earlier results. Null: all of it.</param>
public sealed record ActivityDefinition<TInput, TOutput>(string Name, JsonTypeInfo<TInput> Input, JsonTypeInfo<TOutput> Output,
    Func<TInput, string>? Identity = null, Func<TInput, TInput>? Recorded = null)
    where TInput : class where TOutput : class;
