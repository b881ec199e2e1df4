namespace DurableRouter.Core.Checks;

/// <summary>Tells the numbers of payment cards from other digits: by issuer ranges, lengths and the Luhn check digit (ISO/IEC 7812).</summary>
static class CardNumber
{
    const int Shortest = 13;
    const int Longest = 19;

    /// <param name="groups">Groups of ASCII digits with one separator between them.</param>
    public static bool IsIn(ReadOnlySpan<char> groups)
    {
        Span<char> digits = stackalloc char[Longest];
        for (var start = 0; start < groups.Length; start = NextGroup(groups, start))
        {
            var length = 0;
            for (var at = start; at < groups.Length; at++)
            {
                if (char.IsAsciiDigit(groups[at]))
                {
                    if (length == Longest)
                    {
                        break;
                    }

                    digits[length++] = groups[at];
                }

                // A number ends where a group ends.
                var ends = at + 1 == groups.Length || !char.IsAsciiDigit(groups[at + 1]);
                if (ends && length >= Shortest && IsIssued(digits[..length]) && PassesLuhn(digits[..length]))
                {
                    return true;
                }
            }
        }

        return false;
    }

    static int NextGroup(ReadOnlySpan<char> groups, int from)
    {
        var separator = groups[from..].IndexOfAny(' ', '-');
        return separator < 0 ? groups.Length : from + separator + 1;
    }

    /// <summary>The ranges and lengths that the large schemes publish.</summary>
    static bool IsIssued(ReadOnlySpan<char> digits)
    {
        var four = int.Parse(digits[..4], System.Globalization.CultureInfo.InvariantCulture);
        var two = four / 100;
        return digits.Length switch
        {
            14 => two is 36 or 38 or 39 || four is >= 3000 and <= 3059,
            15 => two is 34 or 37,
            16 => two is >= 40 and <= 49 or >= 51 and <= 55 or 65 || four is >= 2221 and <= 2720 or >= 3528 and <= 3589 or 6011 or >= 6440 and <= 6499,
            13 or 19 => two is >= 40 and <= 49 || (digits.Length == 19 && (two == 65 || four is 6011 or >= 6440 and <= 6499)),
            _ => false,
        };
    }

    static bool PassesLuhn(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            digit = i % 2 == 0 ? digit : digit * 2;
            sum += digit > 9 ? digit - 9 : digit;
        }

        return sum % 10 == 0;
    }
}
