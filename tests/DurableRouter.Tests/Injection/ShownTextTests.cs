using DurableRouter.Core.Values;

namespace DurableRouter.Tests.Injection;

public sealed class ShownTextTests
{
    [Theory]
    [InlineData("a\u001b[31mb", "a\\u001b[31mb")]
    [InlineData("\u202eevil\r\n\tx", "\\u202eevil\n\tx")]
    [InlineData("plain \u00e4 text", "plain \u00e4 text")]
    [InlineData("a\uDB40\uDC41b", "a\\udb40\\udc41b")]
    [InlineData("a\uFE01\uFE0Fb\u3164", "a\\ufe01\\ufe0fb\\u3164")]
    [InlineData("\u2764\uFE0F \uD83D\uDE00", "\u2764\uFE0F \uD83D\uDE00")]
    [InlineData("\u2764\uFE0F\uFE0F", "\u2764\uFE0F\\ufe0f")]
    public void Terminal_ControlAndFormatCharacters_AreVisible(string text, string shown) => Assert.Equal(shown, ShownText.Terminal(text));

    // An attribute can't hold half of a pair.
    [Fact]
    public void Terminal_HalfOfASurrogatePair_IsVisible() => Assert.Equal("half \\ud83d pair", ShownText.Terminal("half \uD83D pair"));

    [Theory]
    [InlineData("<b a=\"x\" c='y'>&`", "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;&#96;")]
    public void Html_MarkupAndQuotes_AreEncoded(string text, string shown) => Assert.Equal(shown, ShownText.Html(text));

    [Theory]
    [InlineData("![x](http://evil.example)", "\\!\\[x\\]\\(http&#58;\\/\\/evil\\.example\\)")]
    [InlineData("<img src=x>", "&lt;img src\\=x&gt;")]
    [InlineData("# a | b ~~c~~ `d` *e* _f_", "\\# a \\| b \\~\\~c\\~\\~ \\`d\\` \\*e\\* \\_f\\_")]
    public void Markdown_WhatBeginsMarkup_IsEscaped(string text, string shown) => Assert.Equal(shown, ShownText.Markdown(text));

    [Theory]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("  @SUM(A1)", "\"'  @SUM(A1)\"")]
    [InlineData("\t-1", "\"'\t-1\"")]
    [InlineData("\u200b=1", "\"\\u200b=1\"")]
    [InlineData("say \"x\"", "\"say \"\"x\"\"\"")]
    [InlineData("5 - 3", "\"5 - 3\"")]
    public void Csv_Formulas_AreTexts(string text, string field) => Assert.Equal(field, ShownText.Csv(text));
}
