using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Tests.Pipelines;

public sealed class RiskRuleTests
{
    static readonly RiskRule Rule = new("high", ["unlimited liability", "indemnif", " act of God ", "well-known"]);

    [Theory]
    [InlineData("an Unlimited\n  liability")]
    [InlineData("unlim-\nited\u00A0liability")]
    [InlineData("it INDEMNIFIES nobody")]
    [InlineData("no act\tof god\nis meant")]
    [InlineData("a well-\nknown risk")]
    public void Text_InAnyTypography_EarnsTheTag(string text) => Assert.True(IsEarnedBy(Rule, text));

    [Theory]
    [InlineData("a limited liability")]
    [InlineData("a pact of gods")]
    public void Text_WithoutAPhrase_DoesNot(string text) => Assert.False(IsEarnedBy(Rule, text));

    [Fact]
    public void Phrase_ThatShowsNothing_IsLookedForAsItStands()
    {
        var rule = new RiskRule("hidden", ["\u200B\u200B"]);

        Assert.False(IsEarnedBy(rule, "plain"));
        Assert.True(IsEarnedBy(rule, "not\u200B\u200Bplain"));
    }

    static bool IsEarnedBy(RiskRule rule, string text) => rule.IsEarnedBy([text, .. PlainText.Readings(text)]);
}
