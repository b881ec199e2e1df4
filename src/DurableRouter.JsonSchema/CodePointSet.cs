using System.Text;

namespace DurableRouter.JsonSchema;

/// <summary>A character class over whole code points, written out for an engine that sees UTF-16 units.</summary>
sealed class CodePointSet
{
    const int LastUnit = 0xFFFF;
    const int FirstSupplementary = 0x10000;
    const int LastCodePoint = 0x10FFFF;

    readonly List<(int First, int Last)> _ranges = [];
    readonly StringBuilder _categories = new();

    public bool IsNegated { get; set; }

    public static CodePointSet Digits() => Of(('0', '9'));

    public static CodePointSet WordCharacters() => Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));

    /// <summary>ECMAScript's white space and line ends.</summary>
    public static CodePointSet Spaces() => Of(('\t', '\r'), (' ', ' '), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A),
        (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF));

    public static CodePointSet LineEnds() => Of(('\n', '\n'), ('\r', '\r'), (0x2028, 0x2029));

    public void Add(int first, int last) => _ranges.Add((first, last));

    /// <param name="name">A general category such as <c>L</c> or <c>Lu</c>.</param>
    /// <param name="negated">Everything outside of the category.</param>
    public void AddCategory(string name, bool negated) => _categories.Append(negated ? @"\P{" : @"\p{").Append(name).Append('}');

    /// <summary>Adds another set, or all that is outside of it; the other one must have no categories.</summary>
    public void Add(CodePointSet other, bool negated)
    {
        foreach (var range in negated ? Complement(other._ranges, 0, LastCodePoint) : other._ranges)
        {
            _ranges.Add(range);
        }
    }

    public CodePointSet Negate()
    {
        IsNegated = true;
        return this;
    }

    public void WriteTo(StringBuilder target)
    {
        var units = new StringBuilder();
        foreach (var (first, last) in _ranges)
        {
            WriteUnits(units, first, Math.Min(last, 0xD7FF));
            WriteUnits(units, Math.Max(first, 0xE000), Math.Min(last, LastUnit));
        }
        units.Append(_categories);
        var supplementary = _ranges.Where(range => range.Last >= FirstSupplementary)
            .Select(range => (First: Math.Max(range.First, FirstSupplementary), range.Last)).ToList();
        if (IsNegated)
        {
            supplementary = Complement(supplementary, FirstSupplementary, LastCodePoint);
        }

        target.Append("(?:");
        // "Not these" must not accept half of a pair. An empty class is one that nothing matches.
        if (IsNegated)
        {
            target.Append("[^").Append(units).Append(@"\uD800-\uDFFF]");
        }
        else if (_categories.Length > 0)
        {
            target.Append('[').Append(units).Append(@"-[\uD800-\uDFFF]]");
        }
        else
        {
            target.Append(units.Length == 0 ? @"[^\s\S]" : $"[{units}]");
        }

        foreach (var (first, last) in supplementary)
        {
            WritePairs(target, first, last);
        }

        target.Append(')');
    }

    static CodePointSet Of(params ReadOnlySpan<(int First, int Last)> ranges)
    {
        var set = new CodePointSet();
        foreach (var (first, last) in ranges)
        {
            set.Add(first, last);
        }

        return set;
    }

    static List<(int First, int Last)> Complement(List<(int First, int Last)> ranges, int from, int to)
    {
        var gaps = new List<(int, int)>();
        foreach (var (first, last) in ranges.Order())
        {
            if (first > from)
            {
                gaps.Add((from, first - 1));
            }

            from = Math.Max(from, last + 1);
        }
        if (from <= to)
        {
            gaps.Add((from, to));
        }

        return gaps;
    }

    static void WriteUnits(StringBuilder target, int first, int last)
    {
        if (first <= last)
        {
            target.Append($"\\u{first:X4}-\\u{last:X4}");
        }
    }

    static void WritePairs(StringBuilder target, int first, int last)
    {
        while (first <= last)
        {
            // A block of whole rows shares its low halves; what sticks out on either side is written by itself.
            var rowEnd = Math.Min(first | 0x3FF, last);
            if ((first & 0x3FF) == 0 && last - first >= 0x3FF)
            {
                rowEnd = ((last + 1) & ~0x3FF) - 1;
            }

            target.Append($"|[\\u{High(first):X4}-\\u{High(rowEnd):X4}][\\u{Low(first):X4}-\\u{Low(rowEnd):X4}]");
            first = rowEnd + 1;
        }
    }

    static int High(int codePoint) => 0xD800 + ((codePoint - FirstSupplementary) >> 10);

    static int Low(int codePoint) => 0xDC00 + (codePoint & 0x3FF);
}
