using DurableRouter.Local.Output;
using DurableRouter.Local.Sessions;
using Spectre.Console;

namespace DurableRouter.Tests.Local;

public sealed class FigureTableTests
{
    static readonly AttemptInfo Attempt = new("key", "classify", "classify", 0, 1, "powerful", "sim-steady-1", "sim", "failed", "first_byte_timeout", null, 12_345, 0, 17, 58,
        "provider", 0.001234m, DateTimeOffset.UnixEpoch, 1500, false, true, "tier powerful", [new("schema", true, null), new("source", true, null), new("confidence", false, "0.4")]);

    [Theory]
    [InlineData(30)]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(100)]
    [InlineData(10_000)]
    public void Attempts_OfAnyWidth_KeepTheirWordsAndFiguresWhole(int width)
    {
        var written = Written(width, console => RunText.WriteAttempts(console, new LedgerInfo("run", [Attempt], 0.001234m, null, false)));

        string[] whole = ["classify", "sim-steady-1", "powerful", "first_byte_timeout", "12,420", "$0.001234", "1.5", "schema", "source", "confidence", "(failed)"];
        Assert.All(whole, word => Assert.Contains(word, written, StringComparison.Ordinal));
        Assert.All(written.Split('\n'), line => Assert.True(line.TrimEnd().Length <= width, line));
    }

    [Fact]
    public void Table_OfEightyColumns_BreaksItsWordsOnly()
    {
        var table = new FigureTable().Name("model").Figure("tokens").Words("checks");
        table.Add("sim-steady-1", "12,420", string.Join(' ', Enumerable.Repeat("confidence", 12)));

        var lines = Written(80, table.Write).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.StartsWith(" sim-steady-1 12,420 confidence confidence", Assert.Single(lines, l => l.Contains("12,420", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(12, lines.Sum(l => l.Split("confidence").Length - 1));
    }

    [Fact]
    public void Table_OnTooFewColumns_IsALineOfNamesAndValuesForEachRow()
    {
        var table = new FigureTable().Name("model").Figure("tokens").Figure("cost");
        table.Add("[green]sim-steady-1[/]", "12,420", "$0.0012");
        table.Add("", "", "");

        Assert.Equal(["- model: sim-steady-1;", "  tokens: 12,420;", "  cost: $0.0012"], Written(22, table.Write).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    static string Written(int width, Action<IAnsiConsole> write)
    {
        var written = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(written) });
        console.Profile.Width = width;
        write(console);
        return written.ToString();
    }
}
