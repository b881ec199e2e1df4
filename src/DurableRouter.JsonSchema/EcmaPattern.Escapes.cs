using System.Globalization;
using System.Text;

namespace DurableRouter.JsonSchema;

partial class EcmaPattern
{
    /// <returns>One code point, or -1 after a class such as <c>\d</c> was added to the set.</returns>
    int ReadClassAtom(CodePointSet set, bool inClass)
    {
        if (_at >= _source.Length)
        {
            throw Fault("unclosed '['");
        }

        if (_source[_at] != '\\')
        {
            return ReadCodePoint();
        }

        if (++_at >= _source.Length)
        {
            throw Fault("nothing after '\\'");
        }

        var symbol = _source[_at++];
        switch (symbol)
        {
            case 'd' or 'D':
                set.Add(CodePointSet.Digits(), negated: symbol == 'D');
                return -1;
            case 'w' or 'W':
                set.Add(CodePointSet.WordCharacters(), negated: symbol == 'W');
                return -1;
            case 's' or 'S':
                set.Add(CodePointSet.Spaces(), negated: symbol == 'S');
                return -1;
            case 'p' or 'P':
                set.AddCategory(ReadCategory(), negated: symbol == 'P');
                return -1;
            case 'b' when inClass:
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'v':
                return '\v';
            case '0' when _at == _source.Length || !char.IsAsciiDigit(_source[_at]):
                return 0;
            case 'c' when _at < _source.Length && char.IsAsciiLetter(_source[_at]):
                return _source[_at++] % 32;
            case 'x':
                return ReadHex(2);
            case 'u':
                return ReadUnicodeEscape();
            case '-' when inClass:
                return '-';
            default:
                if (symbol is >= '1' and <= '9' or 'k')
                {
                    throw Fault("back-references are not supported");
                }

                return @"^$\.*+?()[]{}|/".Contains(symbol) ? symbol : throw Fault($"unknown escape '\\{symbol}'");
        }
    }

    int ReadCodePoint()
    {
        if (Rune.TryGetRuneAt(_source, _at, out var rune))
        {
            _at += rune.Utf16SequenceLength;
            return rune.Value;
        }
        throw Fault("half of a surrogate pair");
    }

    int ReadUnicodeEscape()
    {
        if (Looking("{"))
        {
            var end = _source.IndexOf('}', _at);
            var digits = end < 0 ? [] : _source.AsSpan((_at + 1)..end);
            if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var point) || !Rune.IsValid(point))
            {
                throw Fault("malformed '\\u{}'");
            }
            _at = end + 1;
            return point;
        }
        var unit = (char)ReadHex(4);
        if (char.IsHighSurrogate(unit) && Looking(@"\u"))
        {
            _at += 2;
            var low = (char)ReadHex(4);
            if (char.IsLowSurrogate(low))
            {
                return char.ConvertToUtf32(unit, low);
            }
        }
        return char.IsSurrogate(unit) ? throw Fault("half of a surrogate pair") : unit;
    }

    int ReadHex(int length)
    {
        if (_at + length > _source.Length
            || !int.TryParse(_source.AsSpan(_at, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            throw Fault("malformed hexadecimal escape");
        }
        _at += length;
        return value;
    }

    string ReadCategory()
    {
        var end = Looking("{") ? _source.IndexOf('}', _at) : -1;
        var name = end < 0 ? "" : _source[(_at + 1)..end];
        if (name.Length is 0 or > 2 || !"LMNPSZC".Contains(name[0]) || (name.Length == 2 && !char.IsAsciiLetterLower(name[1])))
        {
            throw Fault("'\\p' needs a general category such as {L} or {Lu}");
        }

        _at = end + 1;
        return name;
    }
}
