using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace DurableRouter.JsonSchema;

/// <summary>One value of the <c>format</c> keyword, asserted on the characters of a string.</summary>
sealed class StringFormat
{
    static readonly StringFormat[] All =
    [
        new("date-time", "an RFC 3339 date and time such as 2025-03-31T08:00:00Z", IsDateTime),
        new("time", "an RFC 3339 time with an offset such as 08:00:00Z", IsTime),
        new("date", "a date such as 2025-03-31", IsDate),
        new("duration", "an ISO 8601 duration such as P3DT12H", IsDuration),
        new("email", "an email address", IsEmail),
        new("hostname", "a host name", IsHostname),
        new("ipv4", "an IPv4 address", IsIpv4),
        new("ipv6", "an IPv6 address", IsIpv6),
        new("uuid", "a UUID such as 123e4567-e89b-12d3-a456-426614174000", IsUuid),
    ];

    readonly Test _test;

    StringFormat(string name, string description, Test test)
    {
        Name = name;
        Description = description;
        _test = test;
    }

    delegate bool Test(ReadOnlySpan<char> text);

    public static string Names { get; } = string.Join(", ", All.Select(format => format.Name));

    public string Name { get; }

    /// <summary>What the text must be, with an article, for a message.</summary>
    public string Description { get; }

    public static StringFormat? Find(string name) => Array.Find(All, format => format.Name == name);

    public bool Accepts(ReadOnlySpan<char> text) => _test(text);

    static bool IsDateTime(ReadOnlySpan<char> text) =>
        text.Length > 11 && text[10] is 'T' or 't' && IsDate(text[..10]) && IsTime(text[11..]);

    static bool IsDate(ReadOnlySpan<char> text)
    {
        if (text.Length != 10 || text[4] != '-' || text[7] != '-'
            || !Digits(text[..4], out var year) || !Digits(text[5..7], out var month) || !Digits(text[8..], out var day))
        {
            return false;
        }
        // RFC 3339 has a year 0000, a leap year, that DateTime lacks; 2000 has the same months.
        return month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year == 0 ? 2000 : year, month);
    }

    static bool IsTime(ReadOnlySpan<char> text)
    {
        if (text.Length < 9 || text[2] != ':' || text[5] != ':'
            || !Digits(text[..2], out var hour) || !Digits(text[3..5], out var minute) || !Digits(text[6..8], out var second))
        {
            return false;
        }
        var rest = text[8..];
        if (rest[0] == '.')
        {
            var end = rest[1..].IndexOfAnyExceptInRange('0', '9');
            if (end <= 0)
            {
                return false;
            }

            rest = rest[(end + 1)..];
        }
        if (!Offset(rest, out var offset) || hour > 23 || minute > 59)
        {
            return false;
        }
        // A leap second is the last one of a day in UTC.
        return second <= 59 || (second == 60 && (hour * 60 + minute - offset + 2 * 1440) % 1440 == 1439);
    }

    static bool Offset(ReadOnlySpan<char> text, out int minutes)
    {
        minutes = 0;
        if (text is "Z" or "z")
        {
            return true;
        }

        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':'
            || !Digits(text[1..3], out var hours) || !Digits(text[4..], out var rest) || hours > 23 || rest > 59)
        {
            return false;
        }
        minutes = (hours * 60 + rest) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    static bool IsDuration(ReadOnlySpan<char> text)
    {
        if (text.Length < 3 || text[0] != 'P')
        {
            return false;
        }

        text = text[1..];
        if (text[^1] == 'W')
        {
            return text[..^1].IndexOfAnyExceptInRange('0', '9') < 0;
        }

        var mark = text.IndexOf('T');
        if (mark < 0)
        {
            return HasUnits(text, "YMD");
        }

        var time = text[(mark + 1)..];
        return time.Length > 0 && HasUnits(text[..mark], "YMD") && HasUnits(time, "HMS");
    }

    /// <summary>Numbers, each followed by a unit, the units in the given order and none twice.</summary>
    static bool HasUnits(ReadOnlySpan<char> text, ReadOnlySpan<char> units)
    {
        while (text.Length > 0)
        {
            var end = text.IndexOfAnyExceptInRange('0', '9');
            if (end <= 0)
            {
                return false;
            }

            var unit = units.IndexOf(text[end]);
            if (unit < 0)
            {
                return false;
            }

            units = units[(unit + 1)..];
            text = text[(end + 1)..];
        }
        return true;
    }

    static bool IsEmail(ReadOnlySpan<char> text)
    {
        var at = text.LastIndexOf('@');
        if (at <= 0)
        {
            return false;
        }

        foreach (var part in text[..at].Split('.'))
        {
            var atom = text[..at][part];
            if (atom.IsEmpty)
            {
                return false;
            }

            foreach (var symbol in atom)
            {
                if (!char.IsAsciiLetterOrDigit(symbol) && !"!#$%&'*+/=?^_`{|}~-".Contains(symbol))
                {
                    return false;
                }
            }
        }
        var domain = text[(at + 1)..];
        return domain.Contains('.') && AreLabels(domain, int.MaxValue);
    }

    static bool IsHostname(ReadOnlySpan<char> text)
    {
        if (text is [.., '.'])
        {
            text = text[..^1];
        }

        return text.Length is >= 1 and <= 253 && AreLabels(text, 63);
    }

    static bool AreLabels(ReadOnlySpan<char> text, int longest)
    {
        foreach (var part in text.Split('.'))
        {
            var label = text[part];
            if (label.IsEmpty || label.Length > longest || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }

            foreach (var symbol in label)
            {
                if (!char.IsAsciiLetterOrDigit(symbol) && symbol != '-')
                {
                    return false;
                }
            }
        }
        return true;
    }

    static bool IsIpv4(ReadOnlySpan<char> text)
    {
        var parts = 0;
        foreach (var range in text.Split('.'))
        {
            var part = text[range];
            var isPadded = part.Length > 1 && part[0] == '0';
            if (++parts > 4 || part.Length is 0 or > 3 || isPadded || !Digits(part, out var value) || value > 255)
            {
                return false;
            }
        }
        return parts == 4;
    }

    static bool IsIpv6(ReadOnlySpan<char> text)
    {
        // The framework's parser also takes zones, brackets, prefixes and loose IPv4 tails; none of them is an address here.
        if (text.Length > 45 || text.IndexOfAnyExcept("0123456789abcdefABCDEF:.") >= 0)
        {
            return false;
        }

        var tail = text.LastIndexOf(':') + 1;
        return (!text.Contains('.') || IsIpv4(text[tail..]))
            && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;
    }

    static bool IsUuid(ReadOnlySpan<char> text)
    {
        // The framework's parser takes "0x" and "+" for digits, even in its exact format.
        if (text.Length != 36)
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (i is 8 or 13 or 18 or 23 ? text[i] != '-' : !char.IsAsciiHexDigit(text[i]))
            {
                return false;
            }
        }
        return true;
    }

    static bool Digits(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
