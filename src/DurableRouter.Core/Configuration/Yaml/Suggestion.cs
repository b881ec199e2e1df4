namespace DurableRouter.Core.Configuration.Yaml;

/// <summary>Guesses which allowed word a wrong one was meant to be.</summary>
public static class Suggestion
{
    const int MostEdits = 2;
    const int LettersPerEdit = 3;

    /// <returns><c>; did you mean 'x'?</c> when <see cref="Closest"/> knows one, else nothing.</returns>
    public static string For(string word, IEnumerable<string> allowed) => Closest(word, allowed) is { } best ? $"; did you mean '{best}'?" : "";

    /// <returns>The allowed word that is at most one edit in three letters away, and no more than two; null without one.</returns>
    public static string? Closest(string word, IEnumerable<string> allowed)
    {
        var (best, distance) = ((string?)null, int.MaxValue);
        foreach (var candidate in allowed)
        {
            var most = Math.Min(MostEdits, Math.Max(word.Length, candidate.Length) / LettersPerEdit);
            if (Math.Abs(candidate.Length - word.Length) <= most && Edits(word, candidate) is var edits && edits <= most && edits < distance)
            {
                (best, distance) = (candidate, edits);
            }
        }

        return best;
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours, ignoring case.</summary>
    static int Edits(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }

                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1, rows[i - 1, j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[a.Length, b.Length];
    }
}
