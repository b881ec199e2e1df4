namespace DurableRouter.Core.Checks;

/// <summary>Finds international bank account numbers by country, length and check digits (ISO 13616; lengths as in its registry).</summary>
static class Iban
{
    static readonly Dictionary<string, int> Lengths = Parse(
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 "
        + "GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 "
        + "MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20");

    public static bool IsIn(string text)
    {
        Span<char> number = stackalloc char[40];
        for (var at = 0; at + 4 < text.Length; at++)
        {
            if (char.IsAsciiLetter(text[at]) && char.IsAsciiLetter(text[at + 1]) && char.IsAsciiDigit(text[at + 2]) && char.IsAsciiDigit(text[at + 3])
                && (at == 0 || !char.IsLetterOrDigit(text[at - 1]))
                && Lengths.TryGetValue(text.Substring(at, 2).ToUpperInvariant(), out var length)
                && Take(text.AsSpan(at), number[..length]) && Remainder(number[..length]) == 1)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Letters and digits, with at most one separator between two of them, up to the country's length and not beyond.</summary>
    static bool Take(ReadOnlySpan<char> text, Span<char> number)
    {
        var taken = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (char.IsAsciiLetterOrDigit(text[at]))
            {
                number[taken++] = char.ToUpperInvariant(text[at]);
                if (taken == number.Length)
                {
                    return at + 1 == text.Length || !char.IsLetterOrDigit(text[at + 1]);
                }
            }
            else if (text[at] is not (' ' or '-' or '.') || !char.IsAsciiLetterOrDigit(text[at - 1]))
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Modulo 97 with the first four characters moved to the end and letters read as 10 to 35.</summary>
    static int Remainder(ReadOnlySpan<char> number)
    {
        var remainder = 0;
        for (var i = 0; i < number.Length; i++)
        {
            var c = number[(i + 4) % number.Length];
            remainder = char.IsAsciiDigit(c) ? (remainder * 10 + (c - '0')) % 97 : (remainder * 100 + (c - 'A' + 10)) % 97;
        }

        return remainder;
    }

    static Dictionary<string, int> Parse(string table) =>
        table.Split(' ').ToDictionary(entry => entry[..2], entry => int.Parse(entry[2..], System.Globalization.CultureInfo.InvariantCulture), StringComparer.Ordinal);
}
