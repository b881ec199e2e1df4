namespace DurableRouter.Simulation.Reading;

/// <summary>Everything that a step has to say, before it takes the shape of a schema. Values are strings, decimals or booleans.</summary>
sealed class Findings
{
    readonly Dictionary<FactKind, IReadOnlyList<Fact>> facts = [];

    /// <summary>What concerns the whole answer, under the names of <see cref="FindingName"/>.</summary>
    public Dictionary<string, object> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>What the model has to admit about its answer, such as a field that it could not find.</summary>
    public List<string> Notes { get; } = [];

    public IReadOnlyList<Fact> this[FactKind kind]
    {
        get => facts.GetValueOrDefault(kind) ?? [];
        set => facts[kind] = value;
    }

    public IEnumerable<FactKind> Kinds => facts.Keys;

    public double Confidence
    {
        get => Values.GetValueOrDefault(FindingName.Confidence) is decimal d ? (double)d : 0.5;
        set => Values[FindingName.Confidence] = Math.Round((decimal)Math.Clamp(value, 0.05, 0.99), 2);
    }
}

/// <summary>Names of the values that concern the whole answer.</summary>
static class FindingName
{
    public const string Title = "title";
    public const string Summary = "summary";
    public const string Text = "text";
    public const string Category = "category";
    public const string Complexity = "complexity";
    public const string Confidence = "confidence";
    public const string Verdict = "verdict";
    public const string Passed = "passed";
}
