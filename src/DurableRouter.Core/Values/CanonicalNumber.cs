using System.Globalization;

namespace DurableRouter.Core.Values;

/// <summary>One spelling for each number, so that <c>0.40</c>, <c>.4</c> and <c>4e-1</c> are the same bytes. Exact: nothing is rounded.</summary>
static class CanonicalNumber
{
    /// <param name="text">A JSON or YAML decimal number.</param>
    /// <returns>Plain notation for magnitudes from 1e-6 to below 1e21, else an exponent, as ECMAScript prints numbers.</returns>
    public static string Format(string text)
    {
        var exponentAt = text.AsSpan().IndexOfAny('e', 'E');
        var mantissa = exponentAt < 0 ? text : text[..exponentAt];
        var exponent = 0;
        if (exponentAt >= 0 && !int.TryParse(text.AsSpan(exponentAt + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent))
        {
            return text;
        }

        var negative = mantissa.StartsWith('-');
        mantissa = mantissa.TrimStart('+', '-');
        var point = mantissa.IndexOf('.');
        var whole = point < 0 ? mantissa : mantissa[..point];
        var all = point < 0 ? whole : whole + mantissa[(point + 1)..];
        var digits = all.TrimStart('0');
        // The value is 0.DIGITS times ten to the power of `scale`.
        var scale = (long)whole.Length - (all.Length - digits.Length) + exponent;
        digits = digits.TrimEnd('0');
        return digits.Length == 0 ? "0" : (negative ? "-" : "") + Place(digits, scale);
    }

    static string Place(string digits, long scale) => scale switch
    {
        > 0 and <= 21 when digits.Length <= scale => digits.PadRight((int)scale, '0'),
        > 0 and <= 21 => $"{digits[..(int)scale]}.{digits[(int)scale..]}",
        > -6 and <= 0 => $"0.{new string('0', (int)-scale)}{digits}",
        _ => $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(scale > 0 ? "+" : "")}{scale - 1}",
    };
}
