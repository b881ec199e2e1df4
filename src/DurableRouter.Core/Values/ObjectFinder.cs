using System.Text.Json;
using DurableRouter.JsonSchema;

namespace DurableRouter.Core.Values;

/// <summary>Finds the one JSON object in a text, moving forward only, so that hostile text costs no more than plain text.</summary>
sealed class ObjectFinder(byte[] utf8)
{
    /// <exception cref="JsonReplyException">There is no object, more than one, or a broken one.</exception>
    public (int Start, int Length) Find()
    {
        var start = FindStart(0) ?? throw new JsonReplyException(0, "the reply holds no JSON object");
        var length = Measure(start);
        if (FindStart(start + length) is { } second)
        {
            throw new JsonReplyException(second, "the reply holds more than one JSON object");
        }

        return (start, length);
    }

    int? FindStart(int from)
    {
        // Braces of prose or of another language; what stands within them was not meant as the answer.
        var openBraces = 0;
        for (var at = from; at < utf8.Length; at++)
        {
            var step = utf8.AsSpan(at).IndexOfAny((byte)'{', (byte)'}');
            if (step < 0)
            {
                return null;
            }

            at += step;
            if (utf8[at] == '}')
            {
                openBraces = Math.Max(0, openBraces - 1);
                continue;
            }
            if (!OpensObject(at))
            {
                openBraces++;
                continue;
            }
            if (openBraces > 0)
            {
                throw new JsonReplyException(at, "the object stands within braces that are not JSON");
            }

            if (Before(at) == '[')
            {
                throw new JsonReplyException(at, "the object stands within an array, an object alone was expected");
            }

            return at;
        }
        return null;
    }

    /// <summary>Whether a brace is followed by a name or a closing brace; anything else is not JSON from the start.</summary>
    bool OpensObject(int brace)
    {
        var next = utf8.AsSpan(brace + 1).IndexOfAnyExcept(" \t\r\n"u8);
        // A brace at the end is an object that was cut off.
        return next < 0 || utf8[brace + 1 + next] is (byte)'"' or (byte)'}';
    }

    byte Before(int index)
    {
        var previous = utf8.AsSpan(0, index).LastIndexOfAnyExcept(" \t\r\n"u8);
        return previous < 0 ? (byte)0 : utf8[previous];
    }

    int Measure(int start)
    {
        var reader = new Utf8JsonReader(utf8.AsSpan(start), new JsonReaderOptions { MaxDepth = JsonReply.MaximumDepth });
        // Names are kept per object, by the order in which objects open: emptying and reusing sets would cost their capacity each time.
        var names = new HashSet<(int Object, string Name)>();
        var open = new Stack<int>();
        var objects = 0;
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        open.Push(objects++);
                        break;
                    case JsonTokenType.EndObject:
                        open.Pop();
                        if (reader.CurrentDepth == 0)
                        {
                            return (int)reader.BytesConsumed;
                        }

                        break;
                    case JsonTokenType.PropertyName:
                        var name = reader.GetString()!;
                        if (!names.Add((open.Peek(), name)))
                        {
                            var message = $"the property \"{ShortText.Of(name)}\" stands twice in the same object";
                            throw new JsonReplyException(start + (int)reader.TokenStartIndex, message);
                        }
                        break;
                    case JsonTokenType.String when reader.ValueIsEscaped:
                        reader.GetString();
                        break;
                }
            }
        }
        catch (InvalidOperationException)
        {
            throw new JsonReplyException(start + (int)reader.TokenStartIndex, "the text holds half of a surrogate pair");
        }
        catch (JsonException e)
        {
            throw new JsonReplyException(start + OffsetOf(e, utf8.AsSpan(start)), Describe(e));
        }
        throw new JsonReplyException(utf8.Length, "the object is not closed");
    }

    static int OffsetOf(JsonException error, ReadOnlySpan<byte> text)
    {
        var offset = 0;
        for (var line = error.LineNumber ?? 0; line > 0; line--)
        {
            offset += text[offset..].IndexOf((byte)'\n') + 1;
        }

        offset = Math.Min(offset + (int)(error.BytePositionInLine ?? 0), text.Length);
        // The character's first byte.
        while (offset > 0 && offset < text.Length && (text[offset] & 0xC0) == 0x80)
        {
            offset--;
        }

        return offset;
    }

    static string Describe(JsonException error)
    {
        var end = error.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return "the object is not valid JSON: " + (end < 0 ? error.Message : error.Message[..end]);
    }
}

/// <summary>Carries a failure out of the finder; never leaves <see cref="JsonReply"/>.</summary>
sealed class JsonReplyException(int offset, string message) : Exception(message)
{
    /// <summary>Bytes of UTF-8 before the place.</summary>
    public int Offset { get; } = offset;
}
