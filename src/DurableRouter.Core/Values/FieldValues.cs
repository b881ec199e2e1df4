using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DurableRouter.Core.Values;

/// <summary>Makes and reads the values that travel in messages.</summary>
/// <remarks>Sizes and addresses are those of the canonical form: compact, properties in their own order, nothing escaped that JSON
/// doesn't ask for. It is the same before and after a value went through a history, whatever escapes the history was written with.</remarks>
public static class FieldValues
{
    /// <summary>Outputs up to this many canonical UTF-8 bytes stay in the history, so that workflow code can look into them.</summary>
    public const int MaxInlineOutputBytes = 16 * 1024;

    const int MaxScratchBytes = 256 * 1024;

    /// <summary>JSON's null: a step that was left out, a property that isn't there.</summary>
    public static readonly FieldValue Null = new() { Bytes = 4 };

    static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // A value is measured each time that it is referred to: a writer per thread keeps that free of garbage.
    [ThreadStatic]
    static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Writer)? scratch;

    public static ReadOnlyMemory<byte> Canonical(JsonElement value) => Write(value).ToArray();

    /// <summary>The canonical form as text: raw text would differ once a history had escaped it.</summary>
    public static string Text(JsonElement value) => Encoding.UTF8.GetString(Write(value));

    /// <returns>Valid until the next call on this thread.</returns>
    static ReadOnlySpan<byte> Write(JsonElement value)
    {
        if (scratch is not { } pair || pair.Buffer.Capacity > MaxScratchBytes)
        {
            var buffer = new ArrayBufferWriter<byte>(1024);
            scratch = pair = (buffer, new Utf8JsonWriter(buffer, Compact));
        }

        pair.Buffer.ResetWrittenCount();
        pair.Writer.Reset(pair.Buffer);
        value.WriteTo(pair.Writer);
        pair.Writer.Flush();
        return pair.Buffer.WrittenSpan;
    }

    public static string Sha256(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Of the parts' UTF-8 bytes, one part behind the other.</summary>
    public static string Sha256(params ReadOnlySpan<string> parts)
    {
        var length = 0;
        foreach (var part in parts)
        {
            length += Encoding.UTF8.GetMaxByteCount(part.Length);
        }

        var bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var end = 0;
            foreach (var part in parts)
            {
                end += Encoding.UTF8.GetBytes(part, bytes.AsSpan(end));
            }

            return Sha256(bytes.AsSpan(0, end));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>A value that travels by itself, whatever its size.</summary>
    public static FieldValue Inline(JsonElement value) =>
        value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? Null : new() { Inline = value, Bytes = Write(value).Length };

    /// <summary>A value and, when it is too large to travel by itself, the content that must be stored with it.</summary>
    public static (FieldValue Value, ContentItem? Content) Create(JsonElement value, int maxInlineBytes = FieldValue.MaxInlineBytes)
    {
        return Create(value, Canonical(value), maxInlineBytes);
    }

    static (FieldValue Value, ContentItem? Content) Create(JsonElement value, ReadOnlyMemory<byte> bytes, int maxInlineBytes)
    {
        if (bytes.Length <= maxInlineBytes)
        {
            // Its own canonical form travels, not the text that it was read from: messages carry it as it is.
            return (value.ValueKind is JsonValueKind.Null ? Null : new() { Inline = JsonDocument.Parse(bytes).RootElement, Bytes = bytes.Length }, null);
        }

        var content = new ContentItem(Sha256(bytes.Span), bytes);
        return (new() { Sha256 = content.Sha256, Bytes = bytes.Length }, content);
    }

    public static ValueTask<FieldValue> StoreAsync(IContentStore store, JsonElement value, int maxInlineBytes, CancellationToken cancellationToken) =>
        StoreAsync(store, value, Canonical(value), maxInlineBytes, cancellationToken);

    /// <param name="canonical">The value's canonical form, for callers that need it too.</param>
    public static async ValueTask<FieldValue> StoreAsync(IContentStore store, JsonElement value, ReadOnlyMemory<byte> canonical, int maxInlineBytes,
        CancellationToken cancellationToken)
    {
        var (field, content) = Create(value, canonical, maxInlineBytes);
        if (content is not null)
        {
            await store.PutAsync(content.Bytes, cancellationToken);
        }

        return field;
    }

    /// <summary>The value itself, wherever it is.</summary>
    public static async ValueTask<JsonElement> ReadAsync(FieldValue value, IContentStore store, CancellationToken cancellationToken)
    {
        if (value.Sha256 is not { } address)
        {
            return value.Inline ?? NullElement;
        }

        using var document = JsonDocument.Parse(await store.GetAsync(address, cancellationToken));
        return document.RootElement.Clone();
    }

    internal static readonly JsonElement NullElement = JsonElement.Parse("null");

    /// <summary>The value at a dotted path of property names; null when there is none.</summary>
    public static JsonElement? At(JsonElement value, ReadOnlySpan<char> path)
    {
        foreach (var range in path.Split('.'))
        {
            if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty(path[range], out value))
            {
                return null;
            }
        }

        return value.ValueKind is JsonValueKind.Null ? null : value;
    }
}
