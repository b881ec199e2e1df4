using System.Text.Json;
using System.Text.RegularExpressions;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;
using DurableRouter.JsonSchema;

namespace DurableRouter.Core.Checks;

/// <summary>The <c>policy</c> check: what an answer's texts must and must not hold, by the role of the run's caller.</summary>
/// <remarks>Each text is looked at as written and with its typography folded, so that invisible characters don't hide a word. What is found is
/// named by kind and place and never repeated: the ledger outlives the content.</remarks>
/// <param name="schema">The step's output: its properties' names are the operator's words, all others the model's.</param>
sealed class PolicyCheck(PolicyRule rule, JsonElement schema)
{
    readonly Regex[] _mustMatch = [.. (rule.MustMatch ?? []).Select(EcmaPattern.Compile)];
    readonly Regex[] _mustNotMatch = [.. (rule.MustNotMatch ?? []).Select(EcmaPattern.Compile)];
    readonly HashSet<string> _declared = [.. AnswerText.Declared(schema)];

    public CheckFindings Run(JsonElement answer, AttemptFields data)
    {
        if (rule.ExceptFor is { } exempt && CallerRoles.Of(data).Any(exempt.Contains))
        {
            return new CheckFindings([]);
        }

        var subject = rule.Of is { } of ? FieldValues.At(answer, of) : answer;
        var root = rule.Of is { } field ? "/" + field.Replace('.', '/') : "";
        List<AnswerText> texts = subject is { } found ? [.. AnswerText.All(found, root, _declared)] : [];
        root = root.Length == 0 ? "(root)" : root;
        return new CheckFindings([.. Forbidden(texts, root), .. Personal(texts), .. Missing(texts, root)]);
    }

    IEnumerable<string> Forbidden(List<AnswerText> texts, string root)
    {
        for (var i = 0; i < _mustNotMatch.Length; i++)
        {
            var search = new PatternSearch(_mustNotMatch[i]);
            foreach (var text in texts.Where(search.IsIn))
            {
                yield return $"{text.Pointer}: must not match {rule.MustNotMatch![i]}";
            }

            if (search.IsTooSlow)
            {
                yield return TooSlow(root, rule.MustNotMatch![i]);
            }
        }
    }

    IEnumerable<string> Personal(List<AnswerText> texts) =>
        from text in texts
        from kind in rule.PersonalData ?? []
        where PersonalData.IsIn(text.Plain, kind)
        select $"{text.Pointer}: holds {PersonalData.Describe(kind)}, which this answer may not";

    IEnumerable<string> Missing(List<AnswerText> texts, string root)
    {
        for (var i = 0; i < _mustMatch.Length; i++)
        {
            var search = new PatternSearch(_mustMatch[i]);
            if (!texts.Exists(search.IsIn))
            {
                yield return search.IsTooSlow ? TooSlow(root, rule.MustMatch![i]) : $"{root}: nothing matches {rule.MustMatch![i]}";
            }
        }

        foreach (var statement in rule.MustSay ?? [])
        {
            if (!texts.Exists(t => new SourceCheck(t.Written).Holds(statement)))
            {
                yield return $"{root}: must say \"{statement}\"";
            }
        }
    }

    /// <summary>What nobody could tell counts as a fault.</summary>
    static string TooSlow(string root, string pattern) => $"{root}: took too long to search for {pattern}";
}
