namespace DurableRouter.Core.Values;

/// <summary>One field of a step's input, by reference. Persisted in messages.</summary>
/// <param name="Source">The reference it came from, shown to the model as the data's origin.</param>
/// <param name="Head">Only the first so many characters.</param>
/// <param name="Tail">Only the last so many characters.</param>
/// <param name="At">An index into a stored array; that of an inline one is already taken.</param>
/// <param name="Media">The kind of medium that the value is, as a data URL; null: text or data.</param>
public sealed record NamedField(string Name, string Source, FieldValue Value, int? Head = null, int? Tail = null, int? At = null, string? Media = null);
