using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Checks;

/// <summary>The roles of the caller who started a run, on their way to the checks that ask for them.</summary>
/// <remarks>They travel as evidence: recorded with the attempt, compared with, never shown to a model.</remarks>
static class CallerRoles
{
    /// <summary>The words that a pipeline may name.</summary>
    public static readonly string[] Allowed = ["viewer", "runner", "approver", "operator", "admin"];

    // No reference looks like this, so it can't meet one of the pipeline's.
    const string Source = "(caller)";

    public static bool AskedBy(CheckDefinition check) => check.Policy?.ExceptFor is not null || !OutputChecks.BuiltIn.Contains(check.Kind);

    public static NamedField AsEvidence(IReadOnlyList<string>? roles) =>
        new("roles", Source, FieldValues.Inline(JsonSerializer.SerializeToElement(roles ?? [], CoreJson.Default.IReadOnlyListString)));

    public static IReadOnlyList<string> Of(AttemptFields data) =>
        data.Evidence.TryGetValue(Source, out var roles) && roles.ValueKind == JsonValueKind.Array
            ? [.. roles.EnumerateArray().Select(r => r.GetString()!)] : [];
}
