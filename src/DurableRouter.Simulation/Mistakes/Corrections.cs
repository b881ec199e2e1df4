using System.Text.RegularExpressions;

namespace DurableRouter.Simulation.Mistakes;

/// <summary>Which mistakes a complaint about the previous answer names; those are not made again.</summary>
static partial class Corrections
{
    static readonly Mistake[] Every = Enum.GetValues<Mistake>();

    /// <summary>The mistakes to avoid. A complaint that names none of them makes the model careful about all.</summary>
    public static IReadOnlySet<Mistake> Named(IEnumerable<string> complaints)
    {
        var avoid = new HashSet<Mistake>();
        foreach (var complaint in complaints)
        {
            var named = In(complaint).ToList();
            avoid.UnionWith(named.Count > 0 ? named : Every);
        }

        return avoid;
    }

    static IEnumerable<Mistake> In(string complaint)
    {
        if (Quotes().IsMatch(complaint))
        {
            yield return Mistake.Misquote;
        }

        if (Amounts().IsMatch(complaint))
        {
            yield return Mistake.DroppedDigit;
        }

        if (Dates().IsMatch(complaint))
        {
            yield return Mistake.DayMonthSwap;
        }

        if (Missing().IsMatch(complaint))
        {
            yield return Mistake.MissedItem;
            yield return Mistake.MissingField;
        }

        if (Shape().IsMatch(complaint))
        {
            yield return Mistake.MissingField;
            yield return Mistake.Wrapped;
        }

        if (Category().IsMatch(complaint))
        {
            yield return Mistake.WrongCategory;
        }
    }

    [GeneratedRegex(@"(?i)quot|evidence|verbatim|cite|does not stand|not found in")]
    private static partial Regex Quotes();

    [GeneratedRegex(@"(?i)amount|digit|\bsum\b|figure|number")]
    private static partial Regex Amounts();

    [GeneratedRegex(@"(?i)\bdates?\b|\bday\b|month")]
    private static partial Regex Dates();

    [GeneratedRegex(@"(?i)missing|missed|omit|incomplete|left out|required")]
    private static partial Regex Missing();

    [GeneratedRegex(@"(?i)schema|JSON|propert|pars|fence|prose|\btype\b|expected")]
    private static partial Regex Shape();

    [GeneratedRegex(@"(?i)categor|\blabel")]
    private static partial Regex Category();
}
