using System.Text.RegularExpressions;

namespace DurableRouter.Core.Values;

/// <summary>The forms of names. Narrow on purpose: they stand in URLs, keys, file names and ledgers.</summary>
static partial class Identifier
{
    public const string Allowed = "a to z, 0 to 9 and -, at most 63, not starting with -";
    public const string ModelAllowed = "a to z, 0 to 9, - and ., at most 63, starting with a letter or digit";
    public const string FieldAllowed = "letters, digits and _, at most 63, starting with a letter";

    public static bool IsValid(string text) => Id().IsMatch(text);

    /// <summary>Model names may hold dots, as the providers' own do.</summary>
    public static bool IsModel(string text) => Model().IsMatch(text);

    public static bool IsField(string text) => Field().IsMatch(text);

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Id();

    [GeneratedRegex(@"^[a-z0-9][a-z0-9.-]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Model();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_]{0,62}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Field();
}
