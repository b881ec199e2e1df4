using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using DurableRouter.Core.Pipelines;
using DurableRouter.Core.Steps;

namespace DurableRouter.Core.Verification;

/// <summary>The <c>policy</c> check: what an answer's texts must and must not hold, by the role of the run's caller.</summary>
/// <remarks>Each text is looked at as written and with its typography folded, so that invisible characters don't hide a word. What is found is
/// named by kind and place and never repeated: the ledger outlives the content.</remarks>
sealed class PolicyCheck(PolicyRule rule)
{
    readonly Regex[] _mustMatch = [.. (rule.MustMatch ?? []).Select(EcmaPattern.Compile)];
    readonly Regex[] _mustNotMatch = [.. (rule.MustNotMatch ?? []).Select(EcmaPattern.Compile)];

    public CheckFindings Run(JsonElement answer, AttemptFields data)
    {
        if (rule.ExceptFor is { } exempt && CallerRoles.Of(data).Any(exempt.Contains))
        {
            return new CheckFindings([]);
        }

        var subject = rule.Of is { } of ? FieldValues.At(answer, of) : answer;
        var root = rule.Of is { } field ? "/" + field.Replace('.', '/') : "";
        List<(string Pointer, string Text)> texts = subject is { } found ? [.. Texts(found, root)] : [];
        return new CheckFindings([.. Forbidden(texts), .. Missing(texts, root.Length == 0 ? "(root)" : root)]);
    }

    IEnumerable<string> Forbidden(List<(string Pointer, string Text)> texts)
    {
        foreach (var (pointer, text) in texts)
        {
            var plain = PlainText.Of(text);
            for (var i = 0; i < _mustNotMatch.Length; i++)
            {
                if (Matches(_mustNotMatch[i], text, plain) ?? true)
                {
                    yield return $"{pointer}: must not match {rule.MustNotMatch![i]}";
                }
            }

            foreach (var kind in rule.PersonalData ?? [])
            {
                if (PersonalData.IsIn(plain, kind))
                {
                    yield return $"{pointer}: holds {PersonalData.Describe(kind)}, which this answer may not";
                }
            }
        }
    }

    IEnumerable<string> Missing(List<(string Pointer, string Text)> texts, string root)
    {
        for (var i = 0; i < _mustMatch.Length; i++)
        {
            if (!texts.Exists(t => Matches(_mustMatch[i], t.Text, PlainText.Of(t.Text)) ?? false))
            {
                yield return $"{root}: nothing matches {rule.MustMatch![i]}";
            }
        }

        foreach (var statement in rule.MustSay ?? [])
        {
            if (!texts.Exists(t => new SourceCheck(t.Text).Check([new Quote("", statement)])[0].IsGrounded))
            {
                yield return $"{root}: must say \"{statement}\"";
            }
        }
    }

    /// <returns>Null when the pattern took too long to tell.</returns>
    static bool? Matches(Regex pattern, string text, string plain)
    {
        try
        {
            return pattern.IsMatch(text) || pattern.IsMatch(plain);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <summary>Numbers count as texts: a card number doesn't need quotation marks.</summary>
    static IEnumerable<(string Pointer, string Text)> Texts(JsonElement value, string pointer) => value.ValueKind switch
    {
        JsonValueKind.String => [(pointer, value.GetString()!)],
        JsonValueKind.Number => [(pointer, value.GetRawText())],
        JsonValueKind.Object => value.EnumerateObject().SelectMany(p => Texts(p.Value, $"{pointer}/{ViolationSink.EscapeSegment(p.Name)}")),
        JsonValueKind.Array => value.EnumerateArray().SelectMany((item, at) => Texts(item, string.Create(CultureInfo.InvariantCulture, $"{pointer}/{at}"))),
        _ => [],
    };
}
