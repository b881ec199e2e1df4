using System.Text.RegularExpressions;

namespace DurableRouter.Core.Checks;

/// <summary>Finds personal data by its form. Linear in the text's length.</summary>
/// <remarks>E-mail addresses, IBANs and card numbers are told by their own rules and check digits; a phone number only by how numbers are
/// usually written, so another number may pass for one and an unusual one may slip through.</remarks>
static class PersonalData
{
    public static readonly string[] Kinds = ["email", "iban", "card", "phone"];

    const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    static readonly Regex Email = new(@"[\p{L}\p{N}._%+'-]+@(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}", Linear);

    // Groups of digits with single separators; whether they are a card's number is for the digits to say.
    static readonly Regex DigitGroups = new("[0-9]+(?:[ -][0-9]+)*", Linear);

    // +49 30 1234567, (555) 010-9999, 555-010-9999, 0049 30 123456, 030 1234567
    static readonly Regex Phone = new(
        @"\+[1-9][0-9]{0,2}(?:[ ./()-]{0,2}[0-9]){6,14}|\([0-9]{3}\) ?[0-9]{3}[ .-][0-9]{4}|[0-9]{3}[.-][0-9]{3}[.-][0-9]{4}|0[0-9]{2,4}[ /][0-9]{2,}(?:[ -]?[0-9]{2,}){0,4}", Linear);

    public static string Describe(string kind) => kind switch
    {
        "email" => "an e-mail address",
        "iban" => "an IBAN",
        "card" => "a payment card's number",
        _ => "a phone number",
    };

    /// <param name="text">With its typography folded.</param>
    public static bool IsIn(string text, string kind) => kind switch
    {
        "email" => Email.IsMatch(text),
        "iban" => Iban.IsIn(text),
        "card" => HasCard(text),
        _ => HasPhone(text),
    };

    static bool HasCard(string text)
    {
        foreach (var match in DigitGroups.EnumerateMatches(text))
        {
            if (StandsAlone(text, match) && CardNumber.IsIn(text.AsSpan(match.Index, match.Length)))
            {
                return true;
            }
        }

        return false;
    }

    static bool HasPhone(string text)
    {
        foreach (var match in Phone.EnumerateMatches(text))
        {
            var digits = 0;
            foreach (var c in text.AsSpan(match.Index, match.Length))
            {
                digits += char.IsAsciiDigit(c) ? 1 : 0;
            }

            if (StandsAlone(text, match) && digits is >= 9 and <= 15)
            {
                return true;
            }
        }

        return false;
    }

    static bool StandsAlone(string text, ValueMatch match) =>
        (match.Index == 0 || !char.IsLetterOrDigit(text[match.Index - 1]))
        && (match.Index + match.Length == text.Length || !char.IsLetterOrDigit(text[match.Index + match.Length]));
}
