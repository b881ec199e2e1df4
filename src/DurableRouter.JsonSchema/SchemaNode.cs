using System.Text.RegularExpressions;

namespace DurableRouter.JsonSchema;

/// <summary>One compiled schema object. Written only while the compiler runs.</summary>
sealed class SchemaNode
{
    public JsonTypes Types { get; set; } = JsonTypes.Any;

    public SchemaNode? Reference { get; set; }

    public SchemaNode[]? AnyOf { get; set; }

    public ValueSet? Enum { get; set; }

    public ValueSet? Const { get; set; }

    public PropertyTable? Properties { get; set; }

    public SchemaNode? Items { get; set; }

    public int MinItems { get; set; }

    public int MaxItems { get; set; } = int.MaxValue;

    public int MinLength { get; set; }

    public int MaxLength { get; set; } = int.MaxValue;

    public Regex? Pattern { get; set; }

    /// <summary>The pattern for messages, as the author wrote it, cut.</summary>
    public string? PatternText { get; set; }

    public StringFormat? Format { get; set; }

    public NumberBounds? Numbers { get; set; }

    /// <summary>Whether a keyword looks at a string's characters.</summary>
    public bool ReadsText => MinLength > 0 || MaxLength < int.MaxValue || Pattern is not null || Format is not null;

    /// <summary>The types a value may have to pass here, seen through references.</summary>
    public JsonTypes AcceptedTypes() => Reference is null ? Types : Types & Reference.AcceptedTypes();
}
