using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableRouter.Core.Definitions;

/// <summary>One entry of a step's <c>checks</c>. docs/checks.md has the YAML of each.</summary>
/// <param name="Kind">schema, source, policy, confidence, conflict, judge, or the name of an own check.</param>
/// <param name="In">source: the reference whose text must hold the quotes; null: the step's own text fields.</param>
/// <param name="Confidence">confidence: the comparison that must hold.</param>
/// <param name="With">An own check's options; null without any.</param>
public sealed record CheckDefinition(string Kind, string? In = null, Condition? Confidence = null, PolicyRule? Policy = null,
    ConflictRule? Conflict = null, JudgeRule? Judge = null, JsonElement? With = null)
{
    /// <summary>How ledger, events and messages call it.</summary>
    [JsonIgnore]
    public string Name => Policy?.Name is { } name ? $"{Kind}/{name}" : Kind;
}

/// <summary>What an answer's texts must and must not hold.</summary>
/// <param name="Name">Tells several policies of a step apart.</param>
/// <param name="Of">The field of the answer that it is about; null: every text of the answer.</param>
/// <param name="MustMatch">Patterns (ECMAScript) that each must match somewhere.</param>
/// <param name="MustNotMatch">Patterns that may match nowhere.</param>
/// <param name="MustSay">Statements that each must stand there word for word.</param>
/// <param name="PersonalData">Kinds of personal data that may stand nowhere: email, iban, card, phone.</param>
/// <param name="ExceptFor">Roles: the policy doesn't bind a run whose caller held one of them.</param>
public sealed record PolicyRule(string? Name = null, string? Of = null, IReadOnlyList<string>? MustMatch = null,
    IReadOnlyList<string>? MustNotMatch = null, IReadOnlyList<string>? MustSay = null, IReadOnlyList<string>? PersonalData = null,
    IReadOnlyList<string>? ExceptFor = null);

/// <summary>A field of the answer that may not contradict what is recorded already.</summary>
/// <param name="Of">The field of the step's own answer.</param>
/// <param name="With">The reference that holds the recorded value.</param>
public sealed record ConflictRule(string Of, string With);

/// <summary>Another model grades the answer.</summary>
/// <param name="AtLeast">The lowest score that passes, from 0 to 1.</param>
/// <param name="MaxOutputTokens">Of the judge's own call.</param>
/// <param name="Route">Which models may judge; null: the family's route for <c>judge</c>. Never the model that made the answer.</param>
public sealed record JudgeRule(string Rubric, double AtLeast, int MaxOutputTokens, StepRoute? Route = null);
