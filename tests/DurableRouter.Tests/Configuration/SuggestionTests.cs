using DurableRouter.Core.Configuration.Yaml;

namespace DurableRouter.Tests.Configuration;

public sealed class SuggestionTests
{
    [Theory]
    [InlineData("nope", null)]
    [InlineData("x", null)]
    [InlineData("stat", "stats")]
    [InlineData("rum", "run")]
    [InlineData("ru", "run")]
    [InlineData("COST", "cost")]
    [InlineData("ocst", "cost")]
    [InlineData("aprove", "approve")]
    [InlineData("terminat", "terminate")]
    [InlineData("terminus", null)]
    public void Closest_Word_IsAtMostOneEditInThreeLettersAway(string word, string? suggested) =>
        Assert.Equal(suggested, Suggestion.Closest(word, ["run", "runs", "cost", "stats", "show", "approve", "terminate", "-h"]));
}
