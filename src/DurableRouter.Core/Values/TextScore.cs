using System.Text.Json.Serialization;

namespace DurableRouter.Core.Values;

/// <summary>How demanding a text looks, found without a model: four checks, a quarter each. Recorded when a run starts, so that routing stays a
/// function of recorded facts.</summary>
/// <param name="Long">More than <see cref="MaxShortLength"/> characters (Unicode code points).</param>
/// <param name="Verb">Holds one of <see cref="Verbs"/>, in any case, also within a longer word.</param>
/// <param name="Lines">More than <see cref="MaxFewLines"/> line feeds.</param>
/// <param name="Fence">Holds a code fence, three back quotes.</param>
public sealed record TextScore(bool Long, bool Verb, bool Lines, bool Fence)
{
    public const int MaxShortLength = 2_000;
    public const int MaxFewLines = 10;

    /// <summary>From here on a text goes the strong way.</summary>
    public const double Strong = 0.75;

    /// <summary>From here on it goes the middle way; below, the cheap one.</summary>
    public const double Middle = 0.4;

    static readonly string[] Verbs = ["implement", "refactor", "analyze"];

    /// <summary>0, 0.25, 0.5, 0.75 or 1.</summary>
    [JsonIgnore]
    public double Value => ((Long ? 1 : 0) + (Verb ? 1 : 0) + (Lines ? 1 : 0) + (Fence ? 1 : 0)) / 4.0;

    public static TextScore Of(string text) => new(
        text.Length > MaxShortLength && text.EnumerateRunes().Count() > MaxShortLength,
        Verbs.Any(verb => text.Contains(verb, StringComparison.OrdinalIgnoreCase)),
        text.AsSpan().Count('\n') > MaxFewLines,
        text.Contains("```", StringComparison.Ordinal));

    /// <summary>What counted, for a person; empty when nothing did.</summary>
    internal string Reasons()
    {
        var reasons = new List<string>();
        if (Long)
        {
            reasons.Add("over 2,000 characters");
        }

        if (Verb)
        {
            reasons.Add("a demanding verb");
        }

        if (Lines)
        {
            reasons.Add("over 10 line breaks");
        }

        if (Fence)
        {
            reasons.Add("a code fence");
        }

        return string.Join(", ", reasons);
    }
}
