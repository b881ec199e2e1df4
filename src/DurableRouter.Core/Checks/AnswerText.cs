using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Values;
using DurableRouter.JsonSchema;

namespace DurableRouter.Core.Checks;

/// <summary>One text of an answer.</summary>
/// <param name="Pointer">Where it stands; names that the model chose are shown as <c>*</c>, because they are content.</param>
/// <param name="Written">As the model wrote it.</param>
/// <param name="Plain">With its typography folded.</param>
sealed record AnswerText(string Pointer, string Written, string Plain)
{
    /// <summary>Every text and number of an answer, and every property's name that its schema doesn't declare. A card number needs no quotation marks, and
    /// an address may be the key of a map.</summary>
    public static IEnumerable<AnswerText> All(JsonElement value, string pointer, IReadOnlySet<string> declared) => value.ValueKind switch
    {
        JsonValueKind.String => [Of(pointer, value.GetString()!)],
        JsonValueKind.Number => [Of(pointer, value.GetRawText())],
        JsonValueKind.Object => value.EnumerateObject().SelectMany(p => declared.Contains(p.Name)
            ? All(p.Value, $"{pointer}/{JsonPointer.Escape(p.Name)}", declared)
            : All(p.Value, pointer + "/*", declared).Prepend(Of(pointer + "/*", p.Name))),
        JsonValueKind.Array => value.EnumerateArray().SelectMany((item, at) => All(item, string.Create(CultureInfo.InvariantCulture, $"{pointer}/{at}"), declared)),
        _ => [],
    };

    /// <summary>The names of properties that a schema knows, at any depth.</summary>
    public static IEnumerable<string> Declared(JsonElement schema) => schema.ValueKind switch
    {
        JsonValueKind.Object => schema.EnumerateObject().SelectMany(p => p.Name == "properties" && p.Value.ValueKind == JsonValueKind.Object
            ? p.Value.EnumerateObject().SelectMany(field => Declared(field.Value).Prepend(field.Name)) : Declared(p.Value)),
        JsonValueKind.Array => schema.EnumerateArray().SelectMany(Declared),
        _ => [],
    };

    static AnswerText Of(string pointer, string text) => new(pointer, text, PlainText.Of(text));
}
