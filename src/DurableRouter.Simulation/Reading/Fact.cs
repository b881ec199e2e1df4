namespace DurableRouter.Simulation.Reading;

enum FactKind
{
    Party,
    Person,
    Date,
    Amount,
    Obligation,
    Deadline,
    Reference,
    Clause,
    Risk,
    Ambiguity,
    Issue,
    Point,
}

/// <summary>
/// One thing found in the input. Field values are strings or decimals under the names of <see cref="FactField"/>; every fact that
/// stands in a text carries the words it stands in as <see cref="FactField.Quote"/>.
/// </summary>
sealed record Fact(FactKind Kind, IReadOnlyDictionary<string, object> Fields)
{
    public string? Text(string field) => Fields.GetValueOrDefault(field) as string;

    public decimal? Number(string field) => Fields.GetValueOrDefault(field) as decimal?;

    public Fact With(string field, object value) =>
        this with { Fields = new Dictionary<string, object>(Fields, StringComparer.Ordinal) { [field] = value } };

    /// <summary>Builds a fact from the values that are known; a null value is left out.</summary>
    public static Fact Of(FactKind kind, string quote, params ReadOnlySpan<(string Field, object? Value)> values)
    {
        var fields = new Dictionary<string, object>(StringComparer.Ordinal) { [FactField.Quote] = quote };
        foreach (var (field, value) in values)
        {
            if (value is not null)
            {
                fields[field] = value;
            }
        }

        return new Fact(kind, fields);
    }
}

/// <summary>The names under which facts keep their values.</summary>
static class FactField
{
    public const string Quote = "quote";
    public const string Text = "text";
    public const string Name = "name";
    public const string Role = "role";
    public const string Value = "value";
    public const string Currency = "currency";
    public const string Date = "date";
    public const string Label = "label";
    public const string Actor = "actor";
    public const string Period = "period";
    public const string Number = "number";
    public const string Severity = "severity";
    public const string Claim = "claim";
    public const string Problem = "problem";
}
