namespace DurableRouter.Core.Values;

/// <summary>Latin letters and digits in the styles that Unicode has as characters of their own: mathematical (bold, script, double-struck...), circled,
/// squared. To a reader and to a model they are the same letters.</summary>
static class StyledLetters
{
    // Letters of the mathematical alphabets that Unicode had before, under other names: code point, letter.
    const string Letterlike = "\u2102C\u210Ag\u210BH\u210CH\u210DH\u210Eh\u2110I\u2111I\u2112L\u2113l\u2115N\u2119P\u211AQ\u211BR\u211CR\u211DR\u2124Z\u2128Z"
        + "\u212CB\u212DC\u212Fe\u2130E\u2131F\u2133M\u2134o\u2139i\u2145D\u2146d\u2147e\u2148i\u2149j";

    /// <returns>Null for any other character.</returns>
    public static char? ToAscii(int codePoint) => codePoint switch
    {
        >= 0x2102 and <= 0x2149 => Listed((char)codePoint),
        >= 0x24B6 and <= 0x24CF => (char)('A' + codePoint - 0x24B6),
        >= 0x24D0 and <= 0x24E9 => (char)('a' + codePoint - 0x24D0),
        // Thirteen alphabets of capitals and small letters, then Greek ones, then five rows of digits.
        >= 0x1D400 and <= 0x1D6A3 => (codePoint - 0x1D400) % 52 is var letter and < 26 ? (char)('A' + letter) : (char)('a' + (codePoint - 0x1D400) % 52 - 26),
        >= 0x1D7CE and <= 0x1D7FF => (char)('0' + (codePoint - 0x1D7CE) % 10),
        >= 0x1F130 and <= 0x1F149 => (char)('A' + codePoint - 0x1F130),
        >= 0x1F150 and <= 0x1F169 => (char)('A' + codePoint - 0x1F150),
        >= 0x1F170 and <= 0x1F189 => (char)('A' + codePoint - 0x1F170),
        _ => null,
    };

    static char? Listed(char symbol)
    {
        for (var at = 0; at < Letterlike.Length; at += 2)
        {
            if (Letterlike[at] == symbol)
            {
                return Letterlike[at + 1];
            }
        }

        return null;
    }
}
