namespace DurableRouter.JsonSchema;

/// <summary>One way in which a value breaks its schema.</summary>
/// <param name="Pointer">RFC 6901 pointer into the value; empty for the value itself.</param>
/// <param name="Keyword">The schema keyword that failed, or <see cref="CostKeyword"/>.</param>
/// <param name="Reason">What is wrong there, in words: <c>must be a number, was a string</c>.</param>
public sealed record SchemaViolation(string Pointer, string Keyword, string Reason)
{
    /// <summary>Stands in for a keyword when the value was refused because checking it would cost too much.</summary>
    public const string CostKeyword = "cost";

    /// <summary>
    /// One line for a person or for the model that made the value, with the place in front: <c>/total: must be a number, was a string</c>.
    /// </summary>
    public string Message => $"{(Pointer.Length == 0 ? "(root)" : ShortText.OfPointer(Pointer))}: {Reason}";

    public override string ToString() => Message;
}
