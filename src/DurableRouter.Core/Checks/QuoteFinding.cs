using DurableRouter.JsonSchema;

namespace DurableRouter.Core.Checks;

/// <summary>What became of one quote.</summary>
/// <param name="Pointer">The quote's place in the output.</param>
/// <param name="Quote">The quote as given.</param>
/// <param name="Match">How it compares with the source.</param>
/// <param name="Start">First UTF-16 unit of the passage in the original source; -1 without a passage.</param>
/// <param name="End">One past its last unit; -1 without a passage.</param>
/// <param name="Similarity">1 when found; from <see cref="SourceCheck.NearMissSimilarity"/> for a near miss; else 0.</param>
/// <param name="Passage">The source's own words, as they stand there; null without a passage.</param>
sealed record QuoteFinding(string Pointer, string Quote, QuoteMatch Match, int Start, int End, double Similarity, string? Passage)
{
    const int ShownLength = 300;

    public bool IsGrounded => Match == QuoteMatch.Found;

    /// <summary>One line for a person or for the model, with the place in front.</summary>
    public override string ToString()
    {
        var place = Pointer.Length == 0 ? "(root)" : Pointer;
        return Match switch
        {
            QuoteMatch.Found => $"{place}: found in the source at {Start}",
            QuoteMatch.NearMiss =>
                $"{place}: the source does not say this word for word; the closest passage is \"{ShortText.Of(Passage!, ShownLength)}\"",
            QuoteMatch.Missing => $"{place}: no passage of the source is quoted",
            QuoteMatch.NotSearched => $"{place}: the answer quotes more than can be looked up",
            _ => $"{place}: the source holds no such passage",
        };
    }
}

enum QuoteMatch
{
    /// <summary>The passage stands in the source.</summary>
    Found,

    /// <summary>The source holds a similar passage, not this one.</summary>
    NearMiss,

    /// <summary>Nothing in the source resembles it.</summary>
    NotFound,

    /// <summary>The quote is empty.</summary>
    Missing,

    /// <summary>Earlier quotes of the answer used up the time.</summary>
    NotSearched,
}
