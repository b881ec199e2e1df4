namespace DurableRouter.Core.Verification;

/// <summary>A text without its typography: what full-width letters, invisible characters and odd spaces can't hide from.</summary>
static class PlainText
{
    public static string Of(string text) => new SourceText(text, keepHyphens: true).Text.ToString();
}
