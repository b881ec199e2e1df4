using System.Text.Json;
using System.Text.Unicode;
using DurableRouter.Http.Problems;

namespace DurableRouter.Http.Bodies;

/// <summary>JSON as RFC 8259 has it and nothing more: no duplicate names, at most 64 levels, valid UTF-8, nothing after the value.</summary>
public static class StrictJson
{
    public const int MaxDepth = 64;

    static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>A value that owns its memory.</summary>
    /// <exception cref="RefusedException">Code json_invalid, with line and byte of the first fault.</exception>
    public static JsonElement Parse(ReadOnlySpan<byte> utf8) => TryParse(utf8, out var value) is { } fault ? throw Refuse(fault) : value;

    /// <param name="value">Owns its memory.</param>
    /// <returns>The first fault; null when there is none.</returns>
    public static JsonFault? TryParse(ReadOnlySpan<byte> utf8, out JsonElement value)
    {
        value = default;
        if (utf8.StartsWith("\uFEFF"u8))
        {
            utf8 = utf8[3..];
        }

        if (!Utf8.IsValid(utf8))
        {
            return JsonFault.FindInvalidUtf8(utf8);
        }

        // The parser leaves escapes inside strings alone; half of a surrogate pair can only stand in one of those.
        if (utf8.IndexOf("\\u"u8) >= 0 && JsonFault.Find(utf8) is { } fault)
        {
            return fault;
        }

        try
        {
            value = JsonElement.Parse(utf8, Options);
            return null;
        }
        catch (JsonException exception)
        {
            return JsonFault.Find(utf8) ?? JsonFault.Of(exception);
        }
    }

    static RefusedException Refuse(JsonFault fault) => new(HttpCodes.JsonInvalid,
        $"The body {fault.What} (line {fault.Line + 1}, byte {fault.ByteInLine + 1}). Nothing was kept; correct the JSON and send it again.");
}
