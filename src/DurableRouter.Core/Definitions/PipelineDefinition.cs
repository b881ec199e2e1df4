using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Definitions;

/// <summary>A versioned definition of steps. Immutable; its version is the SHA-256 of its canonical JSON.</summary>
/// <param name="Input">The JSON Schema of a run's input.</param>
/// <param name="Steps">In declared order, which is also a topological order.</param>
/// <param name="Result">The reference whose value is the run's output.</param>
/// <param name="Task">The <c>input.FIELD</c> that says a run's task type; null: the category of its first classification.</param>
public sealed record PipelineDefinition(string Name, string Family, string? Description, JsonElement Input,
    IReadOnlyList<StepDefinition> Steps, FieldSource Result, string? Task = null)
{
    public StepDefinition Step(string id) => Steps.First(s => s.Id == id);
}

[JsonConverter(typeof(JsonStringEnumConverter<StepKind>))]
public enum StepKind
{
    [JsonStringEnumMemberName("classify")] Classify,
    [JsonStringEnumMemberName("extract")] Extract,
    [JsonStringEnumMemberName("reason")] Reason,
    [JsonStringEnumMemberName("generate")] Generate,
    [JsonStringEnumMemberName("verify")] Verify,

    /// <summary>The grading of another step's answer, made from its <c>judge</c> check; no pipeline declares one.</summary>
    [JsonStringEnumMemberName("judge")] Judge,

    /// <summary>A call of a tool of <c>tools.yaml</c>; no model is asked.</summary>
    [JsonStringEnumMemberName("tool")] Tool,
}

/// <summary>One unit of a pipeline.</summary>
public sealed record StepDefinition
{
    public required string Id { get; init; }
    public required StepKind Kind { get; init; }
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>classify only: the categories that a model may answer.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>classify only: true asks for one label as plain text and nothing else; null: for the whole classification as JSON.</summary>
    public bool? LabelOnly { get; init; }

    /// <summary>classify only: the label that an unreadable reply counts as; null: such a reply has failed.</summary>
    public string? DefaultLabel { get; init; }

    /// <summary>classify only: tags that the text itself earns, united with the model's.</summary>
    public IReadOnlyList<RiskRule> RiskRules { get; init; } = [];

    /// <summary>classify only: the tags that a model may name, all that pipeline and family say anything about. Null: any text, as in definitions of 0.1.</summary>
    public IReadOnlyList<string>? RiskTags { get; init; }

    /// <summary>The only data that the step sees, in declared order.</summary>
    public required IReadOnlyList<InputField> Input { get; init; }
    public string? Instructions { get; init; }

    /// <summary>The JSON Schema of the answer. classify and verify have a built-in one, tool has its tool's.</summary>
    public required JsonElement Output { get; init; }
    public IReadOnlyList<CheckDefinition> Checks { get; init; } = [];

    /// <summary>Tokens; 0 for a tool step.</summary>
    public required int MaxOutputTokens { get; init; }

    /// <summary>verify: how often failed work goes back to <see cref="Revises"/>.</summary>
    public int MaxRevisions { get; init; }

    /// <summary>verify: the step that the issues go back to.</summary>
    public string? Revises { get; init; }

    /// <summary>Null: always.</summary>
    public Condition? When { get; init; }
    public StepRoute? Route { get; init; }
    public ApprovalPolicy? Approval { get; init; }

    /// <summary>The declared answer for a family whose last link is <c>safe</c>.</summary>
    public JsonElement? SafeAnswer { get; init; }

    /// <summary>tool only: which one.</summary>
    public string? Tool { get; init; }

    /// <summary>tool only: what the step may do; the tool's own is the same.</summary>
    public ToolScope? Scope { get; init; }

    /// <summary>tool only: true lets a writing call pass without a person where no approval stops it; null: an approval stops every one.</summary>
    public bool? Unattended { get; init; }
}

/// <param name="Contains">Any of these, in any case and typography, earns the tag.</param>
public sealed record RiskRule(string Tag, IReadOnlyList<string> Contains)
{
    readonly SearchValues<string> _phrases = SearchValues.Create([.. Contains.Concat(Contains.Select(PlainText.Part)).Where(p => p.Length > 0)], StringComparison.OrdinalIgnoreCase);

    /// <param name="readings">A text and its plain readings: neither a line's end nor a hidden character keeps a tag away.</param>
    internal bool IsEarnedBy(IEnumerable<string> readings) => readings.Any(text => text.AsSpan().ContainsAny(_phrases));
}

public sealed record InputField(string Name, FieldSource Source);

/// <summary>Where a field comes from: a reference, cut or whole, or a literal.</summary>
/// <param name="From"><c>input.FIELD</c>, <c>STEP</c>, or <c>STEP.FIELD</c>; null for a literal.</param>
/// <param name="Head">Only the first so many characters of a string.</param>
/// <param name="Tail">Only the last so many characters of a string.</param>
/// <param name="At">An index into an array.</param>
/// <param name="Value">The literal.</param>
/// <param name="Media"><c>image</c> or <c>audio</c>: the value is a data URL, and the model sees what it holds. Null: text.</param>
/// <param name="OrText">Of a medium: the <c>STEP</c> or <c>STEP.FIELD</c> that says it in words where no model takes it. The step runs only then.</param>
public sealed record FieldSource(string? From, int? Head = null, int? Tail = null, int? At = null, JsonElement? Value = null, string? Media = null,
    string? OrText = null);

/// <summary>A comparison of a referenced value. All that are set must hold.</summary>
/// <param name="Of">A reference; within a step's own checks and approval, a field of its output.</param>
public sealed record Condition(string Of, double? AtLeast = null, double? AtMost = null, double? Above = null, double? Below = null,
    JsonElement? EqualTo = null, IReadOnlyList<JsonElement>? In = null, JsonElement? Contains = null);

/// <summary>When a person must decide before a step's output is used, or before a tool step's call is made.</summary>
/// <param name="When">Any one opens the approval; empty: always.</param>
/// <param name="Group">Who is asked.</param>
/// <param name="OnTimeout"><c>deny</c>, <c>approve</c>, or <c>escalate</c>: ask another group for as long again, then deny.</param>
/// <param name="Approvals">How many different persons must approve; null: one.</param>
/// <param name="Escalate">Who else is asked when nobody decides.</param>
public sealed record ApprovalPolicy(IReadOnlyList<ApprovalTrigger> When, string Group, TimeSpan Timeout, string OnTimeout = "deny",
    int? Approvals = null, EscalationPolicy? Escalate = null);

/// <param name="To">A group.</param>
/// <param name="After">How long after the request, within its time limit; null exactly when the time-out policy is <c>escalate</c>.</param>
public sealed record EscalationPolicy(string To, TimeSpan? After = null);

/// <summary>Exactly one is set.</summary>
/// <param name="Risk">A risk tag of the run.</param>
/// <param name="Confidence">A comparison on the step's output.</param>
/// <param name="CostUsd">A comparison on what the run has cost so far; for a tool step with the call that is asked about.</param>
/// <param name="All">Triggers that must all hold.</param>
/// <param name="ToolScope">tool only: the scope of the step.</param>
public sealed record ApprovalTrigger(string? Risk = null, Condition? Confidence = null, Condition? CostUsd = null,
    IReadOnlyList<ApprovalTrigger>? All = null, ToolScope? ToolScope = null);
