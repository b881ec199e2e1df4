namespace DurableRouter.Core.Configuration;

/// <summary>Guesses which allowed word a wrong one was meant to be.</summary>
static class Suggestion
{
    /// <returns><c>; did you mean 'x'?</c> when an allowed word is at most two edits away (one for words under five letters), else nothing.</returns>
    public static string For(string word, IEnumerable<string> allowed)
    {
        var (best, distance) = ((string?)null, word.Length < 5 ? 2 : 3);
        foreach (var candidate in allowed)
        {
            if (Math.Abs(candidate.Length - word.Length) < distance && Edits(word, candidate) is var edits && edits < distance)
            {
                (best, distance) = (candidate, edits);
            }
        }

        return best is null ? "" : $"; did you mean '{best}'?";
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
