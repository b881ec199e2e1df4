using Spectre.Console;
using Spectre.Console.Rendering;

namespace DurableRouter.Local.Output;

/// <summary>A table whose numbers, ids and names stay whole. Where lines are too short for its columns, each row is a wrapped line of names and values.</summary>
/// <remarks>Cells are Spectre markup. It reads the same in a terminal and in a file.</remarks>
sealed class FigureTable
{
    const int Unlimited = 10_000;

    readonly List<Column> _columns = [];
    readonly List<string[]> _rows = [];

    enum Kind
    {
        Name,
        Figure,
        Words,
    }

    /// <summary>Adds a column that is never broken.</summary>
    public FigureTable Name(string heading) => With(heading, Kind.Name);

    /// <summary>Adds a column of numbers, to the right and never broken.</summary>
    public FigureTable Figure(string heading) => With(heading, Kind.Figure);

    /// <summary>Adds the column that may take several lines, broken between words. A table has at most one.</summary>
    public FigureTable Words(string heading) => With(heading, Kind.Words);

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Write(IAnsiConsole console)
    {
        var width = console.Profile.Width;
        var ample = _columns.Select((column, at) => Widths(console, at).Max(w => w.Max)).ToList();
        if (Sum(ample, padding: 1) <= width)
        {
            console.Write(Table(ample, padding: 1));
            return;
        }

        var least = _columns.Select((column, at) => Least(console, at)).ToList();
        var spare = width - Sum(least, padding: 0);
        if (spare < 0)
        {
            WriteLines(console);
            return;
        }

        if (_columns.FindIndex(c => c.Kind == Kind.Words) is >= 0 and var words)
        {
            least[words] = Math.Min(ample[words], least[words] + spare);
        }

        console.Write(Table(least, padding: 0));
    }

    FigureTable With(string heading, Kind kind)
    {
        _columns.Add(new Column(heading, kind));
        return this;
    }

    Table Table(List<int> widths, int padding)
    {
        var table = new Table { Border = TableBorder.Simple, UseSafeBorder = true };
        foreach (var ((heading, kind), width) in _columns.Zip(widths))
        {
            var column = new TableColumn(Markup.Escape(heading)) { Padding = new Padding(0, 0, padding, 0), Width = width };
            table.AddColumn(kind == Kind.Figure ? column.RightAligned() : column);
        }

        foreach (var row in _rows)
        {
            table.AddRow(row);
        }

        return table;
    }

    void WriteLines(IAnsiConsole console)
    {
        foreach (var row in _rows.Where(r => r.Any(cell => cell.Length > 0)))
        {
            var told = string.Join("; ", _columns.Zip(row).Where(c => c.Second.Length > 0).Select(c => $"{c.First.Heading}: {Markup.Remove(c.Second)}"));
            foreach (var line in JsonOutline.Wrap(told, "- ", "  ", console.Profile.Width))
            {
                RunText.Write(console, line);
            }
        }
    }

    /// <summary>What a column takes at least: a whole heading's or cell's longest word, and the whole of cells that must not be broken.</summary>
    int Least(IAnsiConsole console, int at) =>
        Widths(console, at).Select((w, row) => row == 0 || _columns[at].Kind == Kind.Words ? w.Min : w.Max).Max();

    /// <summary>The heading's and each cell's: Min is the longest word, Max the whole.</summary>
    IEnumerable<Measurement> Widths(IAnsiConsole console, int at) => _rows.Select(row => row[at]).Prepend(Markup.Escape(_columns[at].Heading))
        .Select(cell => ((IRenderable)new Markup(cell)).Measure(RenderOptions.Create(console), Unlimited));

    /// <summary>With the edges and the gaps between columns.</summary>
    static int Sum(List<int> widths, int padding) => widths.Sum(w => w + padding) + widths.Count + 1;

    readonly record struct Column(string Heading, Kind Kind);
}
