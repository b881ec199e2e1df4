using System.Text.Json;

namespace DurableRouter.Core.Checks;

/// <summary>A check of one's own, which pipelines name under <c>checks</c> like the built-in ones.</summary>
/// <remarks>It runs inside the attempt, on every answer that fits its schema, of models and people alike, and on many threads at once: keep it
/// quick, without state and without calls to the outside. An exception is a failing check. docs/checks.md shows how to register one.</remarks>
public interface IOutputCheck
{
    /// <summary>The word in the pipeline, lower-case with hyphens. It stands in ledgers: never rename it.</summary>
    string Name { get; }

    /// <summary>Why the options that a pipeline gives can't be used; null when they can. Asked when the configuration is loaded.</summary>
    string? OptionsProblem(JsonElement? options) => options is null ? null : "it takes no options";

    /// <returns>What is wrong with the answer, one sentence each, fit to be shown to its author; empty when it passes.</returns>
    IEnumerable<string> Problems(CheckedOutput output);
}

/// <summary>What an own check looks at.</summary>
/// <param name="Step">The step's id.</param>
/// <param name="Answer">Fits the step's schema.</param>
/// <param name="Input">The step's input fields as the model saw them, by name.</param>
/// <param name="CallerRoles">The roles of the caller who started the run; empty for runs of older programs.</param>
/// <param name="Options">As the pipeline gives them; null without any.</param>
public sealed record CheckedOutput(string Step, JsonElement Answer, IReadOnlyDictionary<string, string> Input, IReadOnlyList<string> CallerRoles,
    JsonElement? Options);
