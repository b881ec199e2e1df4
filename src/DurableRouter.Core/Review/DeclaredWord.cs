using DurableRouter.Core.Values;

namespace DurableRouter.Core.Review;

/// <summary>A label or a tag in a model's reply, which has to be one that is declared.</summary>
static class DeclaredWord
{
    const int MaxQuoted = 60;

    /// <summary>The declared word that is meant, in any case, with white space or marks around it; null: none.</summary>
    /// <param name="marks">Characters that may stand around it.</param>
    public static string? Find(IReadOnlyList<string> declared, string said, params ReadOnlySpan<char> marks)
    {
        var bare = said.AsSpan().Trim().Trim(marks).Trim().ToString();
        return declared.FirstOrDefault(word => word == bare) ?? declared.FirstOrDefault(word => string.Equals(word, bare, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>As much of what was said as a message quotes.</summary>
    public static string Quoted(string said) => $"'{Excerpt.OneLine(said.Length > MaxQuoted ? said[..MaxQuoted] + "..." : said)}'";
}
