using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using DurableRouter.Core.Errors;

namespace DurableRouter.Core.Models;

/// <summary>A text that comes in JSON strings, piece by piece. A character may be split between two of them, even as two halves of an escaped surrogate pair.</summary>
sealed class ReplyText(int initialBytes) : IDisposable
{
    /// <summary>UTF-8 bytes of one text.</summary>
    public const int MaxBytes = 1024 * 1024;

    static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    readonly PooledBuffer utf8 = new(initialBytes);
    char half;

    public bool IsEmpty => utf8.Length == 0 && half == 0;

    /// <exception cref="ModelCallException">Code <c>reply_too_large</c>.</exception>
    /// <exception cref="JsonException">Half of a surrogate pair without the other.</exception>
    public void Append(ref Utf8JsonReader json)
    {
        var value = json.ValueSpan;
        if (value.IsEmpty)
        {
            return;
        }

        if (utf8.Length + value.Length > MaxBytes)
        {
            throw new ModelCallException(new StepFailure(FailureCodes.ReplyTooLarge, $"The answer is larger than {MaxBytes} bytes; it was cut off."));
        }

        if (half == 0 && !json.ValueIsEscaped)
        {
            Add(value);
            return;
        }

        while (!value.IsEmpty)
        {
            var escape = value.IndexOf((byte)'\\');
            if (escape != 0)
            {
                Whole();
                var plain = escape < 0 ? value : value[..escape];
                Add(plain);
                value = value[plain.Length..];
            }
            else if (value[1] == 'u')
            {
                // The reader has checked the four digits.
                _ = Utf8Parser.TryParse(value.Slice(2, 4), out ushort unit, out _, 'x');
                Add((char)unit);
                value = value[6..];
            }
            else
            {
                Whole();
                Add([value[1] switch
                {
                    (byte)'n' => (byte)'\n',
                    (byte)'t' => (byte)'\t',
                    (byte)'r' => (byte)'\r',
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    var self => self,
                }]);
                value = value[2..];
            }
        }
    }

    /// <exception cref="JsonException">It ends with half of a surrogate pair.</exception>
    /// <exception cref="DecoderFallbackException">It is no valid UTF-8.</exception>
    public override string ToString()
    {
        Whole();
        return Strict.GetString(utf8.Written.Span);
    }

    public void Dispose() => utf8.Dispose();

    void Add(char unit)
    {
        if (half != 0)
        {
            if (!char.IsLowSurrogate(unit))
            {
                throw new JsonException();
            }

            Add(new Rune(half, unit));
            half = '\0';
        }
        else if (char.IsHighSurrogate(unit))
        {
            half = unit;
        }
        else if (Rune.TryCreate(unit, out var rune))
        {
            Add(rune);
        }
        else
        {
            throw new JsonException();
        }
    }

    void Add(Rune rune)
    {
        Span<byte> bytes = stackalloc byte[4];
        Add(bytes[..rune.EncodeToUtf8(bytes)]);
    }

    void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(utf8.GetSpan(bytes.Length));
        utf8.Advance(bytes.Length);
    }

    void Whole()
    {
        if (half != 0)
        {
            throw new JsonException();
        }
    }
}
