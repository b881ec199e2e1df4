using System.CommandLine.Parsing;
using System.Globalization;

namespace DurableRouter.Local.Commands;

/// <summary>Reads the values of options, so that a wrong one is answered in the user's words and not with the program's types.</summary>
static class OptionValue
{
    /// <summary>An amount with a decimal point. A comma is refused: it would be read as a separator of thousands.</summary>
    public static decimal? Usd(ArgumentResult result) =>
        decimal.TryParse(Text(result), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var usd)
            ? usd : Wrong<decimal?>(result, "an amount in US dollars, such as 0.25");

    public static int Number(ArgumentResult result) =>
        int.TryParse(Text(result), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : Wrong<int>(result, "a whole number");

    /// <summary>One of the enumeration's names, in capitals or not.</summary>
    public static T Word<T>(ArgumentResult result)
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>();
        var name = Array.Find(names, n => n.Equals(Text(result), StringComparison.OrdinalIgnoreCase));
        return name is not null ? Enum.Parse<T>(name) : Wrong<T>(result, $"one of {string.Join(", ", names)}");
    }

    static string Text(ArgumentResult result) => result.Tokens[^1].Value;

    static T? Wrong<T>(ArgumentResult result, string expected)
    {
        var option = ((OptionResult)result.Parent!).Option.Name;
        result.AddError($"{option} must be {expected}; it is '{Text(result)}'.");
        return default;
    }
}
