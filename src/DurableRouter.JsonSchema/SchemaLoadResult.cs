using System.Diagnostics.CodeAnalysis;

namespace DurableRouter.JsonSchema;

/// <summary>Either a schema ready to use, or every reason why the text is not one.</summary>
public sealed class SchemaLoadResult
{
    internal SchemaLoadResult(CompiledSchema? schema, IReadOnlyList<SchemaIssue> issues)
    {
        Schema = schema;
        Issues = issues;
    }

    [MemberNotNullWhen(true, nameof(Schema))]
    public bool IsValid => Schema is not null;

    public CompiledSchema? Schema { get; }

    /// <summary>Empty exactly when <see cref="IsValid"/>; in the order of the schema's text, then unresolved references.</summary>
    public IReadOnlyList<SchemaIssue> Issues { get; }
}
