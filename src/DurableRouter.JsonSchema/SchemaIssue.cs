namespace DurableRouter.JsonSchema;

/// <summary>A place in a schema that needs the author's attention.</summary>
/// <param name="Pointer">RFC 6901 pointer into the schema, down to the keyword; empty for the schema itself.</param>
/// <param name="Message">One sentence that names the keyword and what is wrong with it.</param>
public sealed record SchemaIssue(string Pointer, string Message)
{
    public override string ToString() => $"{(Pointer.Length == 0 ? "(root)" : Pointer)}: {Message}";
}
