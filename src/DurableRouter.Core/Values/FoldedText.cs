using System.Globalization;

namespace DurableRouter.Core.Values;

/// <summary>A text with its typography folded away, and the way back to the original's offsets.</summary>
/// <remarks>
/// Folded: runs of white space to one space, none at the ends; typographic quotes and dashes to ASCII; ligatures, full-width forms, styled
/// Latin letters and digits, and decomposed letters to plain letters; invisible characters and soft hyphens to nothing; a hyphen at a line's end to
/// what the reader sees. Case and superscripts stay: folding them would change what a text says.
/// </remarks>
sealed class FoldedText
{
    readonly char[] _text;
    readonly int[] _starts;
    readonly int[] _ends;
    int _length;

    /// <param name="original">Any text.</param>
    /// <param name="keepHyphens">
    /// Whether "well-" at a line's end before "known" is read as "well-known" instead of "wellknown". Only a dictionary could tell; the
    /// check tries both.
    /// </param>
    public FoldedText(string original, bool keepHyphens)
    {
        var capacity = original.Length;
        foreach (var symbol in original)
        {
            capacity += symbol is '\u2026' or (>= '\uFB00' and <= '\uFB06') ? 2 : 0;
        }

        _text = new char[capacity];
        _starts = new int[capacity];
        _ends = new int[capacity];
        Fold(original, keepHyphens);
        if (_length > 0 && _text[_length - 1] == ' ')
        {
            _length--;
        }
    }

    public ReadOnlySpan<char> Text => _text.AsSpan(0, _length);

    /// <summary>True when a hyphen stood at a line's end, so that the other reading is another text.</summary>
    public bool HasBrokenWords { get; private set; }

    /// <summary>The range of the original that a range of the folded text stands for; the range must not be empty.</summary>
    public (int Start, int End) ToOriginal(int start, int end) => (_starts[start], _ends[end - 1]);

    void Fold(string original, bool keepHyphens)
    {
        for (var i = 0; i < original.Length;)
        {
            var symbol = original[i];
            if (char.IsWhiteSpace(symbol))
            {
                var end = EndOfSpace(original, i);
                if (_length > 0)
                {
                    Append(' ', i, end);
                }

                i = end;
            }
            else if (symbol == '\u00AD' && JoinsLines(original, i, out var next))
            {
                i = next;
            }
            else if (symbol is '-' or '\u2010' && _length > 0 && char.IsLetter(_text[_length - 1]) && JoinsLines(original, i, out next))
            {
                HasBrokenWords = true;
                if (keepHyphens || !char.IsLower(original[next]))
                {
                    Append('-', i, i + 1);
                }

                i = next;
            }
            else
            {
                i += AppendFolded(original, i);
            }
        }
    }

    /// <returns>UTF-16 units that were read.</returns>
    int AppendFolded(string original, int at)
    {
        var symbol = original[at];
        if (char.IsHighSurrogate(symbol) && at + 1 < original.Length && char.IsLowSurrogate(original[at + 1]))
        {
            AppendPair(char.ConvertToUtf32(symbol, original[at + 1]), original, at);
            return 2;
        }

        AppendFolded(symbol, at);
        return 1;
    }

    void AppendPair(int codePoint, string original, int at)
    {
        if (InvisibleText.IsInvisible(codePoint))
        {
            return;
        }

        if (StyledLetters.ToAscii(codePoint) is { } plain)
        {
            Append(plain, at, at + 2);
            return;
        }

        // Either half stands for the whole character.
        Append(original[at], at, at + 2);
        Append(original[at + 1], at, at + 2);
    }

    void AppendFolded(char symbol, int at)
    {
        switch (symbol)
        {
            case < '\u0080':
                Append(symbol, at, at + 1);
                break;
            case '\u2026':
                AppendAll("...", at);
                break;
            case >= '\uFB00' and <= '\uFB06':
                AppendAll((symbol - '\uFB00') switch { 0 => "ff", 1 => "fi", 2 => "fl", 3 => "ffi", 4 => "ffl", _ => "st" }, at);
                break;
            case var _ when InvisibleText.IsInvisible(symbol):
                break;
            default:
                var joined = _length > 0 ? Composition.Join(_text[_length - 1], symbol) : '\0';
                if (joined == '\0')
                {
                    Append(FoldOne(symbol), at, at + 1);
                    break;
                }
                _text[_length - 1] = joined;
                _ends[_length - 1] = at + 1;
                break;
        }
    }

    static char FoldOne(char symbol) => symbol switch
    {
        (>= '\u2018' and <= '\u201B') or '\u2032' or '\u02BC' or '\u2039' or '\u203A' => '\'',
        (>= '\u201C' and <= '\u201F') or '\u2033' or '\u00AB' or '\u00BB' => '"',
        (>= '\u2010' and <= '\u2015') or '\u2212' or '\uFE58' or '\uFE63' => '-',
        >= '\uFF01' and <= '\uFF5E' => (char)(symbol - 0xFEE0),
        '\u00B5' => '\u03BC',
        '\u2126' => '\u03A9',
        '\u212A' => 'K',
        '\u212B' => '\u00C5',
        _ => StyledLetters.ToAscii(symbol) ?? symbol,
    };

    /// <summary>Whether a word goes on in the next line: one line break, then a letter.</summary>
    static bool JoinsLines(string original, int hyphen, out int next)
    {
        next = EndOfSpace(original, hyphen + 1);
        var space = original.AsSpan((hyphen + 1)..next);
        var lines = space.Count('\n') + space.Count('\r') - space.Count("\r\n");
        return lines == 1 && next < original.Length && char.IsLetter(original[next]);
    }

    static int EndOfSpace(string original, int from)
    {
        while (from < original.Length && char.IsWhiteSpace(original[from]))
        {
            from++;
        }

        return from;
    }

    void AppendAll(string symbols, int at)
    {
        foreach (var symbol in symbols)
        {
            Append(symbol, at, at + 1);
        }
    }

    void Append(char symbol, int start, int end)
    {
        // An invisible character between two spaces leaves one space.
        if (symbol == ' ' && _length > 0 && _text[_length - 1] == ' ')
        {
            _ends[_length - 1] = end;
            return;
        }
        _text[_length] = symbol;
        _starts[_length] = start;
        _ends[_length] = end;
        _length++;
    }

    /// <summary>Whether cutting a text here would cut a word or a number in two.</summary>
    /// <remarks>Scripts without case (Chinese, Thai, Arabic...) are written without spaces or with prefixes; any cut is fine.</remarks>
    public static bool CutsWord(ReadOnlySpan<char> text, int at)
    {
        if (at <= 0 || at >= text.Length)
        {
            return false;
        }

        var (before, after) = (text[at - 1], text[at]);
        if (IsWordPart(before) && IsWordPart(after))
        {
            return true;
        }
        // "1.5" and "1,500" are one number.
        return (before is '.' or ',' && char.IsAsciiDigit(after) && at > 1 && char.IsAsciiDigit(text[at - 2]))
            || (after is '.' or ',' && char.IsAsciiDigit(before) && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]));
    }

    static bool IsWordPart(char symbol) => CharUnicodeInfo.GetUnicodeCategory(symbol) is UnicodeCategory.UppercaseLetter
        or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.DecimalDigitNumber
        or UnicodeCategory.NonSpacingMark;
}
