using System.Text;
using System.Text.Json;

namespace DurableRouter.Http.Bodies;

/// <summary>Where and why a text is not strict JSON.</summary>
/// <param name="Line">From 0.</param>
/// <param name="ByteInLine">UTF-8 bytes from the line's start, from 0.</param>
/// <param name="What">Completes the sentence that begins with "The body" or "The file".</param>
public readonly record struct JsonFault(long Line, long ByteInLine, string What)
{
    internal static JsonFault FindInvalidUtf8(ReadOnlySpan<byte> utf8)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(utf8[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return At(utf8, at, "is not valid UTF-8");
    }

    /// <summary>Null when the text is strict JSON. Runs only for texts that the parser refused or that hold escapes.</summary>
    internal static JsonFault? Find(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 4 * StrictJson.MaxDepth });
        var names = new Stack<HashSet<string>>();
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= StrictJson.MaxDepth)
                {
                    return At(utf8, reader.TokenStartIndex, $"is nested deeper than {StrictJson.MaxDepth} levels");
                }

                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        names.Push([]);
                        break;
                    case JsonTokenType.EndObject:
                        names.Pop();
                        break;
                    case JsonTokenType.PropertyName when !names.Peek().Add(reader.GetString()!):
                        return At(utf8, reader.TokenStartIndex, $"has the name {JsonEncodedText.Encode(reader.GetString()!)} twice in one object");
                    case JsonTokenType.String:
                        reader.GetString();
                        break;
                }
            }

            return null;
        }
        catch (InvalidOperationException)
        {
            return At(utf8, reader.TokenStartIndex, "has half of a surrogate pair in a string");
        }
        catch (JsonException exception)
        {
            return Of(exception);
        }
    }

    /// <summary>What the parser says of it, in the first sentence of its message: the rest repeats the place.</summary>
    internal static JsonFault Of(JsonException exception) =>
        new(exception.LineNumber ?? 0, exception.BytePositionInLine ?? 0, $"is not valid JSON: {exception.Message.Split(". ", 2)[0]}");

    static JsonFault At(ReadOnlySpan<byte> utf8, long at, string what)
    {
        var before = utf8[..(int)at];
        return new JsonFault(before.Count((byte)'\n'), before.Length - 1 - before.LastIndexOf((byte)'\n'), what);
    }
}
