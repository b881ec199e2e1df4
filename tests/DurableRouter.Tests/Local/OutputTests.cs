using System.Text.Json;
using DurableRouter.Local.Output;
using DurableRouter.Local.Sessions;

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
    [InlineData("ok", true, "ok      ")]
    [InlineData("ok", false, "check   ")]
    [InlineData("failed", false, "check   ")]
    public void Attempt_WithAFailedCheck_NamesIt(string outcome, bool passed, string word)
    {
        var told = new EventInfo("1", "step.attempt", DateTimeOffset.UnixEpoch, "run", "work.judge", 0, 1, "sim", null, outcome, null, 0.1m, 5,
            [new CheckInfo("judge", passed, passed ? null : "score 0.3")], null, null, null, null, null, 0.1m);

        var line = new EventLines(new Dictionary<string, string>(), 160).Of(told)!;

        Assert.Contains($"{word}[/]", line, StringComparison.Ordinal);
        Assert.Equal(!passed, line.EndsWith("judge failed: score 0.3", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(61, 2)]
    [InlineData(80, 2)]
    [InlineData(100, 1)]
    public void Attempt_OnANarrowTerminal_IsExplainedBelowItsFigures(int width, int lines)
    {
        var told = new EventInfo("1", "step.attempt", DateTimeOffset.UnixEpoch, "run", "classify", 0, 1, "sim-steady-1", null, "failed", null, 0.1m, 5,
            [new CheckInfo("judge", false, new string('x', 200))], null, null, null, null, null, 0.1m);

        var written = Spectre.Console.Markup.Remove(new EventLines(new Dictionary<string, string> { ["sim-steady-1"] = "balanced" }, width).Of(told)!).Split('\n');

        Assert.Equal(lines, written.Length);
        Assert.All(written, line => Assert.True(line.Length <= width, line));
        Assert.Contains("judge failed: xx", written[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void ExplainedCall_ToldOfAFault_NamesTheCheck()
    {
        CheckInfo[] refused = [new("schema", true, null), new("judge", false, "score 0.3")];

        Assert.Equal("judge failed: score 0.3", new ExplainedCall(1, "sim", "ok", null, null, 0, refused).Fault);
        Assert.Equal("check_failed source: no such passage", new ExplainedCall(1, "sim", "failed", "check_failed", "source: no such passage", 0, refused).Fault);
        Assert.Equal("", new ExplainedCall(1, "sim", "ok", null, null, 0, null).Fault);
    }

    [Theory]
    [InlineData(25, 100, "75%")]
    [InlineData(120, 100, "-20%")]
    [InlineData(1, 0, "n/a")]
    public void Saving_ComparesWithTheWhole(int part, int whole, string text) => Assert.Equal(text, Figures.Saving(part, whole));
}
