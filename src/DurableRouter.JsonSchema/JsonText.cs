using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace DurableRouter.JsonSchema;

/// <summary>A JSON string's characters, read from its raw bytes into scratch space instead of a new string.</summary>
/// <remarks>Unlike <see cref="JsonElement.GetString"/> it reports broken text instead of throwing.</remarks>
ref struct JsonText
{
    public const int ScratchLength = 256;

    char[]? _rented;

    /// <param name="raw">The string as it stands in the JSON text, without its quotes.</param>
    /// <param name="scratch">Used when the text fits.</param>
    public JsonText(ReadOnlySpan<byte> raw, Span<char> scratch)
    {
        var buffer = raw.Length <= scratch.Length ? scratch : _rented = ArrayPool<char>.Shared.Rent(raw.Length);
        var length = Decode(raw, buffer);
        IsBroken = length < 0;
        Chars = IsBroken ? [] : buffer[..length];
    }

    public ReadOnlySpan<char> Chars { get; }

    /// <summary>True when the text holds half of a surrogate pair or bytes that are not UTF-8.</summary>
    public bool IsBroken { get; }

    public static ReadOnlySpan<byte> Raw(JsonElement text) => JsonMarshal.GetRawUtf8Value(text)[1..^1];

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<char>.Shared.Return(_rented);
        }

        _rented = null;
    }

    static int Decode(ReadOnlySpan<byte> raw, Span<char> target)
    {
        if (!Utf8.IsValid(raw))
        {
            return -1;
        }

        var length = 0;
        while (true)
        {
            var escape = raw.IndexOf((byte)'\\');
            length += Encoding.UTF8.GetChars(escape < 0 ? raw : raw[..escape], target[length..]);
            if (escape < 0)
            {
                return length;
            }

            raw = raw[(escape + 1)..];
            if (raw[0] != 'u')
            {
                target[length++] = Unescape(raw[0]);
                raw = raw[1..];
                continue;
            }
            var unit = HexUnit(raw);
            raw = raw[5..];
            target[length++] = unit;
            if (!char.IsSurrogate(unit))
            {
                continue;
            }

            if (char.IsLowSurrogate(unit) || raw.Length < 6 || raw[0] != '\\' || raw[1] != 'u' || !char.IsLowSurrogate(HexUnit(raw[1..])))
            {
                return -1;
            }

            target[length++] = HexUnit(raw[1..]);
            raw = raw[6..];
        }
    }

    static char HexUnit(ReadOnlySpan<byte> afterBackslash)
    {
        var value = 0;
        foreach (var digit in afterBackslash.Slice(1, 4))
        {
            value = value * 16 + Convert.ToInt32(char.IsAsciiDigit((char)digit) ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        return (char)value;
    }

    static char Unescape(byte escaped) => (char)escaped switch
    {
        'b' => '\b',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        var other => other,
    };
}
