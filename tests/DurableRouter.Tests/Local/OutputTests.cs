using System.Text.Json;
using DurableRouter.Local.Output;

namespace DurableRouter.Tests.Local;

public sealed class OutputTests
{
    [Theory]
    [InlineData("plain äöü 漢字\tx\n", "plain äöü 漢字\tx\n")]
    [InlineData("\u001b[2Jgone", "\\u001b[2Jgone")]
    [InlineData("a\u009b31m", "a\\u009b31m")]
    [InlineData("abc\u202edcba", "abc\\u202edcba")]
    [InlineData("line\r\nline", "line\nline")]
    public void SafeText_ControlAndDirectionCharacters_BecomeVisible(string text, string safe) => Assert.Equal(safe, SafeText.Of(text));

    [Fact]
    public void JsonOutline_NestedValue_IsIndentedAndWrapped()
    {
        var value = JsonElement.Parse("""{"summary":"one two three four","items":[{"a":"x","b":null,"c":""},{"a":"word word word","b":"word word"}],"none":[]}""");

        var lines = JsonOutline.Lines(value, 22).ToList();

        Assert.Equal(["summary: one two three", "  four", "items:", "  - a: x", "  - a: word word word", "    b: word word", "none: none"], lines);
        Assert.All(lines, line => Assert.True(line.Length <= 22));
    }

    [Fact]
    public void JsonOutline_EscapeSequenceInAName_IsHarmless() =>
        Assert.DoesNotContain('\u001b', string.Join('\n', JsonOutline.Lines(JsonElement.Parse("""{"\u001b[31m":"\u001b]0;x"}"""), 80)));

    [Theory]
    [InlineData(0, "$0.000000")]
    [InlineData(0.0139, "$0.0139")]
    [InlineData(1234.5, "$1,234.50")]
    public void Usd_ShowsWhatSmallAmountsNeed(double usd, string text) => Assert.Equal(text, Figures.Usd((decimal)usd));

    [Theory]
    [InlineData(25, 100, "75%")]
    [InlineData(120, 100, "-20%")]
    [InlineData(1, 0, "n/a")]
    public void Saving_ComparesWithTheWhole(int part, int whole, string text) => Assert.Equal(text, Figures.Saving(part, whole));
}
