using System.Text.Json;

namespace DurableRouter.Core.Values;

/// <summary>The data of one attempt, read from wherever it is.</summary>
/// <param name="Fields">What the model sees, in declared order.</param>
/// <param name="Evidence">What checks compare with, by reference.</param>
sealed record AttemptFields(IReadOnlyList<PromptField> Fields, IReadOnlyDictionary<string, JsonElement> Evidence)
{
    public static async ValueTask<AttemptFields> ReadAsync(IReadOnlyList<NamedField> fields, IReadOnlyList<NamedField> evidence,
        IContentStore store, CancellationToken cancellationToken)
    {
        var read = new List<PromptField>(fields.Count);
        foreach (var field in fields)
        {
            read.Add(await ReadAsync(field, store, cancellationToken));
        }

        var values = new Dictionary<string, JsonElement>(evidence.Count);
        foreach (var field in evidence)
        {
            values[field.Source] = await FieldValues.ReadAsync(field.Value, store, cancellationToken);
        }

        return new AttemptFields(read, values);
    }

    static async ValueTask<PromptField> ReadAsync(NamedField field, IContentStore store, CancellationToken cancellationToken)
    {
        if (field.Media is not null)
        {
            var medium = await FieldValues.ReadAsync(field.Value, store, cancellationToken);
            return new PromptField(field.Name, field.Source, $"The {field.Media} is attached.", Media: medium.ValueKind == JsonValueKind.String ? MediaValue.Read(medium.GetString()!) : null);
        }

        if (field.Value.Sha256 is { } address && field.At is null && Text(await store.GetAsync(address, cancellationToken)) is { } text)
        {
            return new PromptField(field.Name, field.Source, Excerpt.Cut(text, field.Head, field.Tail));
        }

        var value = await FieldValues.ReadAsync(field.Value, store, cancellationToken);
        if (field.At is { } at)
        {
            value = value.ValueKind == JsonValueKind.Array && at >= 0 && at < value.GetArrayLength() ? value[at] : FieldValues.NullElement;
        }

        return new PromptField(field.Name, field.Source, Excerpt.Content(value, field.Head, field.Tail),
            value.ValueKind == JsonValueKind.String);
    }

    /// <summary>The text of a stored JSON string, which most large values are, without a document around it; null for any other value.</summary>
    static string? Text(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span);
        return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
    }
}
