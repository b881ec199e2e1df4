using DurableRouter.Core.Values;

namespace DurableRouter.Core.Checks;

/// <summary>Where each short run of characters stands in a text, to guess where a misquoted passage comes from.</summary>
sealed class GramIndex
{
    const int GramLength = 5;
    const int BucketBits = 18;

    // A run that stands everywhere says nothing about the place, and following it would cost the whole text.
    const int MaximumOccurrences = 256;
    const int MaximumGrams = 400;

    readonly FoldedText _source;
    readonly int[] _heads = new int[1 << BucketBits];
    readonly int[] _counts = new int[1 << BucketBits];
    readonly int[] _next;

    public GramIndex(FoldedText source)
    {
        _source = source;
        var text = source.Text;
        _next = new int[text.Length];
        for (var at = text.Length - GramLength; at >= 0; at--)
        {
            var bucket = Bucket(text.Slice(at, GramLength));
            _next[at] = _heads[bucket];
            _heads[bucket] = at + 1;
            _counts[bucket]++;
        }
    }

    /// <summary>The places where most of the passage's runs agree that it begins, best first.</summary>
    /// <returns>And how many places were looked at.</returns>
    public (IReadOnlyList<(int From, int To)> Starts, long Steps) LikelyStarts(ReadOnlySpan<char> passage, int most)
    {
        var length = passage.Length;
        var width = Math.Max(8, length / 8);
        var votes = new Dictionary<int, int>();
        var text = _source.Text;
        var stride = 1 + length / MaximumGrams;
        var steps = 0L;
        for (var at = 0; at + GramLength <= length; at += stride)
        {
            var gram = passage.Slice(at, GramLength);
            var bucket = Bucket(gram);
            if (_counts[bucket] > MaximumOccurrences)
            {
                continue;
            }

            for (var link = _heads[bucket]; link != 0; link = _next[link - 1])
            {
                steps++;
                if (!text.Slice(link - 1, GramLength).SequenceEqual(gram))
                {
                    continue;
                }

                var zone = (link - 1 - at + length) / width;
                votes[zone] = votes.GetValueOrDefault(zone) + 1;
            }
        }
        // A start near a zone's edge splits its votes, so each zone is judged together with the next one.
        return ([.. votes.Select(vote => (Zone: vote.Key, Score: vote.Value + votes.GetValueOrDefault(vote.Key + 1)))
            .OrderByDescending(zone => zone.Score).ThenBy(zone => zone.Zone).Take(most)
            .Select(zone => (zone.Zone * width - length, (zone.Zone + 2) * width - length))], steps);
    }

    static int Bucket(ReadOnlySpan<char> gram)
    {
        ulong hash = 0;
        foreach (var symbol in gram)
        {
            hash = (hash + symbol) * 0x9E3779B97F4A7C15;
        }

        return (int)(hash >> (64 - BucketBits));
    }
}
