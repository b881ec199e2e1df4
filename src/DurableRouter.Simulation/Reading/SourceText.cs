using System.Text.RegularExpressions;

namespace DurableRouter.Simulation.Reading;

/// <summary>A unit of reading with its white space collapsed: a sentence, a heading, a `Label: value` line or a table row.</summary>
sealed record Sentence(string Text, SentenceKind Kind, string Label = "")
{
    const int QuoteLength = 200;

    /// <summary>The text with a tab in place of each gap between a row's cells, so that neither number nor label reaches from one into the next.</summary>
    public string Cells { get; init; } = Text;

    /// <summary>The words before a colon that stand right before a place in its cell; without them, the sentence's own label.</summary>
    public string LabelAt(int index)
    {
        var before = Cells[..index].TrimEnd();
        return before.EndsWith(':') ? before[(before.LastIndexOf('\t') + 1)..^1].Trim() : Label;
    }

    /// <summary>Words of this sentence around a place, verbatim, short enough to cite.</summary>
    public string QuoteAround(int index)
    {
        if (Text.Length <= QuoteLength)
        {
            return Text;
        }

        var from = index < QuoteLength * 2 / 3 ? 0 : Text.LastIndexOf(' ', index - (QuoteLength / 3)) + 1;
        var to = from + QuoteLength >= Text.Length ? Text.Length : Text.LastIndexOf(' ', from + QuoteLength);
        return Text[from..Math.Max(to, from + 1)].TrimEnd(',', ';', ' ');
    }
}

enum SentenceKind
{
    Prose,
    Heading,
    Labelled,
    Row,
}

/// <summary>Divides plain text with natural line wrapping into sentences, without losing what stands on a line of its own.</summary>
static partial class SourceText
{
    const int HeadingLength = 80;

    public static IReadOnlyList<Sentence> Sentences(string text)
    {
        var sentences = new List<Sentence>();
        // A drawn rule divides like an empty line, else the words above and below it would be quoted as neighbours.
        foreach (var block in BlankLine().Split(Rule().Replace(text.ReplaceLineEndings("\n"), "")))
        {
            ReadBlock(block.Split('\n').Where(l => !string.IsNullOrWhiteSpace(l)).ToList(), sentences);
        }

        return sentences;
    }

    /// <summary>Runs of white space become one blank, so that line wrapping never decides a comparison.</summary>
    public static string Collapse(string text) => White().Replace(text, " ").Trim();

    static void ReadBlock(List<string> lines, List<Sentence> sentences)
    {
        var widest = lines.Count == 0 ? 0 : Math.Max(60, lines.Max(l => l.TrimEnd().Length));
        var prose = new List<string>();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = Marker().Replace(lines[i], "");
            var next = i + 1 < lines.Count ? lines[i + 1].TrimStart() : "";
            var starts = line.Length != lines[i].Length;
            if (Standing(line, next, lines.Count, starts) is { } standing)
            {
                Flush(prose, sentences);
                sentences.Add(standing);
                continue;
            }

            if (starts)
            {
                Flush(prose, sentences);
            }

            prose.Add(line);
            // A line much shorter than its block was ended on purpose: an address, a signature, a list without marks.
            if (lines[i].TrimEnd().Length < widest * 0.6 && (next.Length == 0 || !char.IsLower(next[0])))
            {
                Flush(prose, sentences);
            }
        }

        Flush(prose, sentences);
    }

    static Sentence? Standing(string line, string next, int blockLines, bool marked)
    {
        var text = Collapse(line);
        if (RowGap().IsMatch(line.Trim()) && text.Any(char.IsDigit))
        {
            return new Sentence(text, SentenceKind.Row, RowLabel(line)) { Cells = Gap().Replace(line.Trim(), "\t") };
        }

        if (Labelled().Match(text) is { Success: true } labelled && IsWhole(labelled.Groups["label"].Value) && (next.Length == 0 || !char.IsLower(next[0])))
        {
            return new Sentence(text, SentenceKind.Labelled, labelled.Groups["label"].Value);
        }

        var capitals = text.Any(char.IsLetter) && text.Length <= HeadingLength && text.ToUpperInvariant() == text && text.Count(char.IsLetter) > 3;
        var numbered = marked && blockLines == 1 && text.Length <= HeadingLength && !Terminal().IsMatch(text);
        return capitals || numbered ? new Sentence(text, SentenceKind.Heading) : null;
    }

    /// <summary>The first cell of a row that holds a word: tables often begin with a position number.</summary>
    static string RowLabel(string line) => Cells().Split(line.Trim()).FirstOrDefault(c => c.Any(char.IsLetter)) ?? "";

    /// <summary>A colon inside brackets ends no label.</summary>
    static bool IsWhole(string label) => label.Count(c => c == '(') == label.Count(c => c == ')');

    static void Flush(List<string> prose, List<Sentence> sentences)
    {
        var text = Collapse(string.Join(' ', prose));
        prose.Clear();
        var from = 0;
        foreach (Match end in SentenceEnd().Matches(text))
        {
            var stop = end.Index + end.Length;
            if (!Abbreviation().IsMatch(text[from..(end.Index + 1)])
                || (LegalForm().IsMatch(text[from..(end.Index + 1)]) && Opener().IsMatch(text[stop..])))
            {
                sentences.Add(new Sentence(text[from..stop].Trim(), SentenceKind.Prose));
                from = stop;
            }
        }

        if (from < text.Length)
        {
            sentences.Add(new Sentence(text[from..].Trim(), SentenceKind.Prose));
        }
    }

    [GeneratedRegex(@"\n[ \t]*\n")]
    private static partial Regex BlankLine();

    [GeneratedRegex(@"\s+")]
    private static partial Regex White();

    [GeneratedRegex(@"^[ \t]*[=\-_*~#]{3,}[ \t]*$", RegexOptions.Multiline)]
    private static partial Regex Rule();

    [GeneratedRegex(@"^\s*(?:#{1,6}|[-*•]|\(?(?:[a-z]|[ivx]{1,4}|\d{1,2})[.)]|\d{1,2}(?:\.\d{1,2})+\.?|(?:Article|Section|Clause)\s+\d+[.:])\s+")]
    private static partial Regex Marker();

    [GeneratedRegex(@"\S(?: {2,}|\t+|\s*\|\s*)\S")]
    private static partial Regex RowGap();

    [GeneratedRegex(@"\s{2,}|\t+|\s*\|\s*")]
    private static partial Regex Cells();

    [GeneratedRegex(@"\s{2,}|\t")]
    private static partial Regex Gap();

    [GeneratedRegex(@"^(?<label>[A-Z][\p{L}\d /&.'()#\-]{1,40}?)\s*:\s+\S")]
    private static partial Regex Labelled();

    [GeneratedRegex(@"[.!?:;,]$")]
    private static partial Regex Terminal();

    [GeneratedRegex(@"[.!?][""”’')\]]*\s+(?=[""“‘'(\[]?[A-Z0-9])")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"(?:\b(?:Inc|Ltd|Co|Corp|Bros|No|Nos|Mr|Mrs|Ms|Dr|Prof|St|Ave|Rd|vs|Art|Sec|Ref|approx|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|e\.g|i\.e|cf)|\b[A-Z]|\b(?:S\.r\.l|S\.p\.A|B\.V|N\.V|L\.L\.C))\.$")]
    private static partial Regex Abbreviation();

    [GeneratedRegex(@"\b(?:Inc|Ltd|Co|Corp|Bros|B\.V|N\.V|S\.A|L\.L\.C)\.$")]
    private static partial Regex LegalForm();

    [GeneratedRegex(@"^(?:The|This|These|It|In|On|At|All|Each|If|Any|We|Our|They|Its|Both|Either|Neither|No|As|For|By|When|Where)\b")]
    private static partial Regex Opener();
}
