using System.Text;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Activities;

/// <summary>An upper bound of a prompt's size, found without building it, so that workflow code can reserve the cost of a call whose data it
/// doesn't hold.</summary>
/// <remarks>One token is at least one UTF-8 byte, so bytes bound tokens from above on every tokenizer. The schema counts whether it goes into
/// the prompt or beside it: providers bill it either way.</remarks>
static class PromptSize
{
    /// <summary>For what providers put around messages and schemas.</summary>
    const int Overhead = 128;

    // Names of properties in the markers, quotes, line ends and two boundaries.
    const int FieldOverhead = 112;

    /// <returns>Bytes, and so tokens at the most.</returns>
    public static int UpperBound(CompiledStep step, IReadOnlyList<NamedField> fields, IReadOnlyList<string> issues, Repair? repair)
    {
        long bytes = Overhead + step.StaticPromptBytes;
        if (issues.Count > 0)
        {
            bytes += PromptText.IssuesFound.Length + 1 + Marker(PromptText.Issues, PromptText.FromReview) + Bullets(issues);
        }

        foreach (var field in fields)
        {
            bytes += Marker(field.Name, field.Source) + Content(field);
        }

        if (repair is not null)
        {
            bytes += PromptText.Rejected.Length + 1 + Marker(PromptText.Problems, PromptText.FromChecks) + Bullets(repair.Problems)
                + Marker(PromptText.PreviousAnswer, PromptText.FromModel) + Encoding.UTF8.GetByteCount(repair.Answer);
        }

        return (int)Math.Min(bytes, int.MaxValue);
    }

    // A string's JSON is never shorter than its text, and a UTF-16 unit is at most three bytes.
    static long Content(NamedField field) =>
        field.Media == MediaKinds.Image ? MediaValue.ImageTokens :
        field.Media is not null ? field.Value.Bytes / MediaValue.AudioCharactersPerToken + MediaValue.AudioCharactersPerToken :
        Math.Min(field.Value.Bytes, field.Head is { } head ? 3L * head : field.Tail is { } tail ? 3L * tail : long.MaxValue);

    static long Marker(string name, string source) => FieldOverhead + Encoding.UTF8.GetByteCount(name) + Encoding.UTF8.GetByteCount(source);

    static long Bullets(IReadOnlyList<string> lines) => lines.Sum(line => 3 + Math.Min(Encoding.UTF8.GetByteCount(line), 3L * Excerpt.MaxLine));
}
