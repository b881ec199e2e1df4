using System.Runtime.InteropServices;
using System.Text.Json;

namespace DurableRouter.JsonSchema;

/// <summary>
/// A JSON number read in place as the decimal it is written as: no rounding, no allocation, and linear cost whatever its length.
/// </summary>
readonly ref struct ExactNumber
{
    // Far beyond any digit count, so that an absurd exponent still orders correctly against every real bound.
    const long ExponentLimit = 1_000_000_000_000_000;

    readonly bool _negative;
    readonly ReadOnlySpan<byte> _digits;

    /// <param name="raw">A number as JSON writes it.</param>
    public ExactNumber(ReadOnlySpan<byte> raw)
    {
        _negative = raw[0] == '-';
        var mantissa = _negative ? raw[1..] : raw;
        long exponent = 0;
        var mark = mantissa.IndexOfAny((byte)'e', (byte)'E');
        if (mark >= 0)
        {
            exponent = ReadExponent(mantissa[(mark + 1)..]);
            mantissa = mantissa[..mark];
        }
        var first = mantissa.IndexOfAnyInRange((byte)'1', (byte)'9');
        if (first < 0)
        {
            return;
        }

        var last = mantissa.LastIndexOfAnyInRange((byte)'1', (byte)'9');
        var point = mantissa.IndexOf((byte)'.');
        if (point < 0)
        {
            point = mantissa.Length;
        }

        FirstPower = exponent + PowerAt(first, point);
        LastPower = exponent + PowerAt(last, point);
        _digits = mantissa[first..(last + 1)];
    }

    /// <summary>The power of ten of the first digit that is not zero.</summary>
    public long FirstPower { get; }

    /// <summary>The power of ten of the last digit that is not zero.</summary>
    public long LastPower { get; }

    public bool IsZero => _digits.IsEmpty;

    public bool IsInteger => IsZero || LastPower >= 0;

    public int Sign => IsZero ? 0 : _negative ? -1 : 1;

    /// <summary>How many digits stand between the first and the last one that is not zero.</summary>
    public int SignificantDigits => _digits.Length - (_digits.Contains((byte)'.') ? 1 : 0);

    public static ExactNumber Of(JsonElement number) => new(JsonMarshal.GetRawUtf8Value(number));

    /// <summary>The digits without point and exponent, for numbers of at most 18 significant digits.</summary>
    public ulong Significand() => Remainder(ulong.MaxValue);

    public int CompareTo(ExactNumber other)
    {
        if (Sign != other.Sign)
        {
            return Sign.CompareTo(other.Sign);
        }

        if (Sign == 0)
        {
            return 0;
        }

        var size = FirstPower != other.FirstPower ? FirstPower.CompareTo(other.FirstPower) : CompareDigits(_digits, other._digits);
        return _negative ? -size : size;
    }

    /// <summary>Whether this is a whole multiple of <paramref name="significand"/> times ten to the <paramref name="power"/>.</summary>
    /// <remarks>
    /// Neither side has a trailing zero in its digits. So when this number's last digit stands lower than the divisor's, a whole quotient
    /// would need a factor ten that this number lacks.
    /// </remarks>
    public bool IsMultipleOf(ulong significand, long power)
    {
        if (IsZero)
        {
            return true;
        }

        var shift = LastPower - power;
        return shift >= 0 && MultiplyModulo(Remainder(significand), PowerOfTenModulo(shift, significand), significand) == 0;
    }

    ulong Remainder(ulong divisor)
    {
        ulong rest = 0;
        foreach (var digit in _digits)
        {
            if (digit != '.')
            {
                rest = (ulong)(((UInt128)rest * 10 + (ulong)(digit - '0')) % divisor);
            }
        }
        return rest;
    }

    static ulong PowerOfTenModulo(long exponent, ulong divisor)
    {
        ulong result = 1 % divisor, power = 10 % divisor;
        for (; exponent > 0; exponent >>= 1)
        {
            if ((exponent & 1) == 1)
            {
                result = MultiplyModulo(result, power, divisor);
            }

            power = MultiplyModulo(power, power, divisor);
        }
        return result;
    }

    static ulong MultiplyModulo(ulong left, ulong right, ulong divisor) => (ulong)((UInt128)left * right % divisor);

    static int CompareDigits(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int i = 0, j = 0;
        while (true)
        {
            if (i < left.Length && left[i] == '.')
            {
                i++;
            }

            if (j < right.Length && right[j] == '.')
            {
                j++;
            }

            if (i == left.Length || j == right.Length)
            {
                return (left.Length - i).CompareTo(right.Length - j);
            }

            if (left[i] != right[j])
            {
                return left[i].CompareTo(right[j]);
            }

            i++;
            j++;
        }
    }

    static long PowerAt(int index, int point) => index < point ? point - 1 - index : point - index;

    static long ReadExponent(ReadOnlySpan<byte> text)
    {
        var negative = text[0] == '-';
        if (text[0] is (byte)'-' or (byte)'+')
        {
            text = text[1..];
        }

        long value = 0;
        foreach (var digit in text)
        {
            value = Math.Min(value * 10 + (digit - '0'), ExponentLimit);
        }

        return negative ? -value : value;
    }
}
