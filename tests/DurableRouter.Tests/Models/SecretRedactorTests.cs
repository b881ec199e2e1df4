using DurableRouter.Core.Models;

namespace DurableRouter.Tests.Models;

public class SecretRedactorTests
{
    const string Secret = "sk-proj-Ab12Cd34Ef56";

    [Theory]
    [InlineData("Incorrect key sk-proj-Ab12Cd34Ef56.")]
    [InlineData("Incorrect key sk-pr***Cd34Ef56.")]
    [InlineData("key=%20Ab12Cd34")]
    public void Key_WholeOrInPart_IsMasked(string text)
    {
        var clean = new SecretRedactor(Secret).Clean(text);

        Assert.Contains("[redacted]", clean);
        Assert.DoesNotContain("Cd34", clean);
    }

    [Theory]
    [InlineData("Authorization: Bearer abc.def")]
    [InlineData("got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.sig")]
    [InlineData("the other key sk-live-0123456789")]
    public void Token_OfAnybody_IsMasked(string text) => Assert.Contains("[redacted]", new SecretRedactor(null).Clean(text));

    [Theory]
    [InlineData("Rate limit reached for gpt-4.1-mini: try again in 20 s.")]
    [InlineData("")]
    public void Text_WithoutSecrets_StaysAsItIs(string text) => Assert.Equal(text, new SecretRedactor(Secret).Clean(text));

    [Fact]
    public void Text_WithControlsAndHalfASurrogate_BecomesOneCleanLine() =>
        Assert.Equal("a b c\uFFFD", new SecretRedactor(Secret).Clean("a\nb\u001bc\ud83d"));
}
