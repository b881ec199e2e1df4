using DurableRouter.Core.Values;

namespace DurableRouter.Core.Checks;

/// <summary>Checks that quotes stand in a source: the test of a grounded answer.</summary>
/// <remarks>
/// Typography does not count, words and case do (see <see cref="FoldedText"/>). A quote must begin and end at a word's edge: "5 days" is
/// no quote from "15 days". Exact search is linear in the source for each quote, within a budget: when it is used up the rest is
/// <see cref="QuoteMatch.NotSearched"/>. The search for the closest passage runs only for quotes that failed, within a budget of its own: then the
/// rest is <see cref="QuoteMatch.NotFound"/>. One instance serves many threads.
/// </remarks>
sealed class SourceCheck
{
    /// <summary>One minus the edit distance divided by the longer text's length; from here on a passage counts as a near miss.</summary>
    public const double NearMissSimilarity = 0.85;

    /// <summary>Characters of a quote, typography folded, up to which a near miss is looked for.</summary>
    public const int LongestNearMiss = 4_000;

    // Characters that exact search reads in one check: a second or two at worst. A million characters of source can be asked for 500 quotes
    // that don't stand there, and for many more that do.
    const long SearchBudget = 1_000_000_000;

    // Comparisons of two characters in one check: about half a second. A step of the guess where to compare costs about ten.
    const long NearMissBudget = 100_000_000;
    const int GuessCost = 10;
    const int Candidates = 3;

    readonly string _source;
    readonly Lazy<FoldedText> _joined;
    readonly Lazy<FoldedText?> _hyphenated;
    readonly Lazy<GramIndex> _grams;

    public SourceCheck(string source)
    {
        _source = source;
        _joined = new Lazy<FoldedText>(() => new FoldedText(source, keepHyphens: false));
        _hyphenated = new Lazy<FoldedText?>(() => _joined.Value.HasBrokenWords ? new FoldedText(source, keepHyphens: true) : null);
        _grams = new Lazy<GramIndex>(() => new GramIndex(_joined.Value));
    }

    /// <returns>One finding per quote, in the same order.</returns>
    public IReadOnlyList<QuoteFinding> Check(IReadOnlyList<Quote> quotes)
    {
        var budget = new Budget { Search = SearchBudget, NearMiss = NearMissBudget };
        var findings = new QuoteFinding[quotes.Count];
        for (var i = 0; i < findings.Length; i++)
        {
            findings[i] = Check(quotes[i], budget);
        }

        return findings;
    }

    /// <summary>Whether a passage stands in the source.</summary>
    public bool Holds(string passage)
    {
        var quote = new Quote("", passage);
        var budget = new Budget { Search = SearchBudget };
        return (FindVerbatim(quote, budget) ?? FindFolded(quote, new FoldedText(passage, keepHyphens: false), budget)) is not null;
    }

    QuoteFinding Check(Quote quote, Budget budget)
    {
        if (FindVerbatim(quote, budget) is { } verbatim)
        {
            return verbatim;
        }

        var joined = new FoldedText(quote.Text, keepHyphens: false);
        if (joined.Text.IsEmpty)
        {
            return Without(quote, QuoteMatch.Missing);
        }

        return FindFolded(quote, joined, budget)
            ?? (budget.Search <= 0 ? Without(quote, QuoteMatch.NotSearched) : FindNearMiss(quote, joined.Text, budget) ?? Without(quote, QuoteMatch.NotFound));
    }

    QuoteFinding? FindFolded(Quote quote, FoldedText joined, Budget budget)
    {
        if (joined.Text.IsEmpty || budget.Search <= 0)
        {
            return null;
        }

        var found = Find(_joined.Value, joined.Text, quote, budget);
        if (found is null && (_hyphenated.Value is not null || joined.HasBrokenWords))
        {
            found = Find(_hyphenated.Value ?? _joined.Value, new FoldedText(quote.Text, keepHyphens: true).Text, quote, budget);
        }

        return found;
    }

    /// <summary>Most quotes stand in the source letter by letter: those need no folded text.</summary>
    QuoteFinding? FindVerbatim(Quote quote, Budget budget)
    {
        var passage = quote.Text;
        if (budget.Search <= 0 || passage.Length == 0 || !IsPlain(passage[0]) || !IsPlain(passage[^1]))
        {
            return null;
        }

        var at = PassageSearch.IndexOf(_source, passage);
        budget.Search -= at < 0 ? _source.Length : at + passage.Length;
        if (at < 0)
        {
            return null;
        }

        // Beside the passage only ASCII: an invisible character or an accent there may belong to a word that the passage would cut.
        var end = at + passage.Length;
        return (at == 0 || char.IsAscii(_source[at - 1])) && (end == _source.Length || char.IsAscii(_source[end]))
            ? At(quote, QuoteMatch.Found, (at, end), 1) : null;
    }

    /// <summary>A visible ASCII character.</summary>
    static bool IsPlain(char symbol) => symbol is > ' ' and < '\u007F';

    QuoteFinding? Find(FoldedText source, ReadOnlySpan<char> passage, Quote quote, Budget budget)
    {
        var at = PassageSearch.IndexOf(source.Text, passage);
        budget.Search -= at < 0 ? source.Text.Length : at + passage.Length;
        return at < 0 ? null : At(quote, QuoteMatch.Found, source.ToOriginal(at, at + passage.Length), 1);
    }

    QuoteFinding? FindNearMiss(Quote quote, ReadOnlySpan<char> passage, Budget budget)
    {
        if (passage.Length > LongestNearMiss || budget.NearMiss < 0)
        {
            return null;
        }

        var text = _joined.Value.Text;
        var slack = 8 + passage.Length * 15 / 100;
        (double Similarity, int Start, int End) best = default;
        var (starts, steps) = _grams.Value.LikelyStarts(passage, Candidates);
        budget.NearMiss -= steps * GuessCost;
        foreach (var (from, to) in starts)
        {
            var first = Math.Clamp(from - slack, 0, text.Length);
            var last = Math.Clamp(to + passage.Length + slack, first, text.Length);
            budget.NearMiss -= (long)passage.Length * (last - first);
            if (budget.NearMiss < 0)
            {
                break;
            }

            var (distance, start, end) = Closest(passage, text[first..last]);
            if (start == end)
            {
                continue;
            }

            (start, end) = (start + first, end + first);
            while (FoldedText.CutsWord(text, start))
            {
                (start, distance) = (start - 1, distance + 1);
            }

            while (FoldedText.CutsWord(text, end))
            {
                (end, distance) = (end + 1, distance + 1);
            }

            var similarity = 1 - (double)distance / Math.Max(passage.Length, end - start);
            if (similarity > best.Similarity)
            {
                best = (similarity, start, end);
            }
        }
        return best.Similarity >= NearMissSimilarity
            ? At(quote, QuoteMatch.NearMiss, _joined.Value.ToOriginal(best.Start, best.End), best.Similarity)
            : null;
    }

    /// <summary>The part of a window with the least edit distance to the passage (Sellers' algorithm, carrying the start).</summary>
    static (int Distance, int Start, int End) Closest(ReadOnlySpan<char> passage, ReadOnlySpan<char> window)
    {
        var column = new (int Distance, int Start)[passage.Length + 1];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = (i, 0);
        }

        var best = (Distance: passage.Length, Start: 0, End: 0);
        for (var j = 0; j < window.Length; j++)
        {
            var diagonal = column[0];
            column[0] = (0, j + 1);
            for (var i = 1; i < column.Length; i++)
            {
                var left = column[i];
                var cell = diagonal with { Distance = diagonal.Distance + (passage[i - 1] == window[j] ? 0 : 1) };
                if (left.Distance + 1 < cell.Distance)
                {
                    cell = left with { Distance = left.Distance + 1 };
                }

                if (column[i - 1].Distance + 1 < cell.Distance)
                {
                    cell = column[i - 1] with { Distance = column[i - 1].Distance + 1 };
                }

                (diagonal, column[i]) = (left, cell);
            }
            if (column[^1].Distance < best.Distance)
            {
                best = (column[^1].Distance, column[^1].Start, j + 1);
            }
        }
        return best;
    }

    QuoteFinding At(Quote quote, QuoteMatch match, (int Start, int End) range, double similarity) =>
        new(quote.Pointer, quote.Text, match, range.Start, range.End, similarity, _source[range.Start..range.End]);

    static QuoteFinding Without(Quote quote, QuoteMatch match) => new(quote.Pointer, quote.Text, match, -1, -1, 0, null);

    sealed class Budget
    {
        public long Search { get; set; }

        public long NearMiss { get; set; }
    }
}
