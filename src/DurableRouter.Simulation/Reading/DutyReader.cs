using System.Text.RegularExpressions;

namespace DurableRouter.Simulation.Reading;

/// <summary>Who has to do what, and by when.</summary>
static partial class DutyReader
{
    const int ActionLength = 120;

    public static IEnumerable<Fact> Obligations(IReadOnlyList<Sentence> sentences)
    {
        foreach (var sentence in sentences.Where(s => s.Kind is SentenceKind.Prose or SentenceKind.Labelled && !AddressesReader(s.Text) && !Question().IsMatch(s.Text)))
        {
            var duty = Duty().Matches(sentence.Text).FirstOrDefault(m => !NoDuty().IsMatch(sentence.Text[m.Groups["modal"].Index..]));
            if (duty is null)
            {
                continue;
            }

            var modalAt = duty.Groups["modal"].Index;
            var actor = ActorOf(sentence.Text, duty.Groups["actor"]);
            if (Relative().IsMatch(actor))
            {
                continue;
            }

            var action = Shorten(sentence.Text[modalAt..]);
            yield return Fact.Of(
                FactKind.Obligation,
                sentence.QuoteAround(modalAt),
                (FactField.Actor, actor),
                (FactField.Text, $"{actor} {action}".TrimEnd('.')),
                (FactField.Period, Due().Match(sentence.Text) is { Success: true } due ? due.Value.Trim() : null));
        }
    }

    public static IEnumerable<Fact> Deadlines(IReadOnlyList<Sentence> sentences)
    {
        var monthFirst = DateReader.MonthFirst(string.Join('\n', sentences.Select(s => s.Text)));
        foreach (var sentence in sentences.Where(s => !AddressesReader(s.Text)))
        {
            foreach (Match m in Due().Matches(sentence.Text))
            {
                yield return Deadline(sentence, m.Value.Trim(), m.Index, null);
            }

            foreach (var date in DateReader.Mentions(sentence.Text, monthFirst))
            {
                var lead = DueDate().Match(sentence.Text[..date.Index]);
                if (lead.Success || (sentence.Kind is SentenceKind.Labelled or SentenceKind.Row && DueLabel().IsMatch(sentence.LabelAt(date.Index))))
                {
                    var from = lead.Success ? lead.Index : 0;
                    yield return Deadline(sentence, sentence.Text[from..(date.Index + date.Length)].Trim(), from, DateReader.Iso(date.Date));
                }
            }
        }
    }

    /// <summary>True for a sentence that speaks to whatever program reads the document. It is content, never an instruction or a duty.</summary>
    public static bool AddressesReader(string sentence) => ToReader().IsMatch(sentence);

    /// <summary>The one who has to act: without an opening phrase, and by name where a pronoun stands for it.</summary>
    static string ActorOf(string sentence, Group match)
    {
        var actor = Opening().Replace(match.Value.Trim(), "");
        if (actor.EndsWith(" and", StringComparison.Ordinal) || actor.EndsWith(" or", StringComparison.Ordinal))
        {
            // A second verb of one subject ("The insurer has confirmed and will decide"): the subject opens the sentence.
            return Subject().Match(sentence).Value;
        }

        return actor is "it" or "they" or "It" or "They" && Named().Matches(sentence[..match.Index]) is { Count: > 0 } named ? named[0].Value : actor;
    }

    static Fact Deadline(Sentence sentence, string text, int index, string? date) =>
        Fact.Of(
            FactKind.Deadline,
            sentence.QuoteAround(index),
            (FactField.Text, text),
            (FactField.Date, date),
            (FactField.Period, date is null ? text : null),
            (FactField.Label, sentence.Label));

    static string Shorten(string action)
    {
        if (action.Length <= ActionLength)
        {
            return action;
        }

        var cut = action.LastIndexOf(' ', ActionLength);
        return action[..(cut > 0 ? cut : ActionLength)].TrimEnd(',', ';') + " ...";
    }

    const string Actor = @"(?<actor>(?:(?:[Tt]he|[Ee]ach|[Ee]ither|[Nn]either|[Bb]oth|[Aa]ll|[Aa]ny|[Nn]o|[Ee]very|[Aa]n?) )?\p{Lu}?[\p{L}\d'’&\-]+(?: [\p{L}\d'’&\-]+){0,5}?|We|You|I|They)";

    [GeneratedRegex(@"(?:^|[,;:] |\b(?:and|that|then|then,|which|Hence|therefore) |[""“(])" + Actor + @" (?<modal>(?:shall|must|agrees? to|undertakes? to|(?:is|are) (?:required|obliged|obligated) to|(?:has|have) to|needs? to|commits? to|will)\b)")]
    private static partial Regex Duty();

    [GeneratedRegex(@"^(?:(?:shall|will|must) (?:(?:be )?(?:deemed|construed|governed|interpreted)|mean|have the meaning|survive|prevail|constitute|remain in|come into|commence|continue|apply|include|not be (?:deemed|construed)|be binding|be considered)|will (?:be|have|become|follow|likely|also be|probably|not be|rise|fall|grow|increase|decrease|depend|result|lead|help|allow|enable|make|take place)\b(?! (?:responsible|required|liable|delivered|paid|payable|completed|invoiced|submitted|provided)))")]
    private static partial Regex NoDuty();

    [GeneratedRegex(@"(?i)\b(?:(?:with)?in|no later than|not later than|at least|upon|on|not less than|for) (?:(?:a|the) (?:period|term) of )?(?:\p{L}+(?:-\p{L}+)? )?\(?\d{1,3}\)? (?:(?:business|working|calendar|banking|full|consecutive) )?(?:hours?|days?|weeks?|months?|years?)(?:['’])?(?: (?:of|after|from|following|before|prior to|in advance of|prior written notice|written notice|prior notice|notice)(?: (?!and\b|or\b|but\b)[\p{L}\d'’\-]+){0,6})|\bwithin (?:(?:one|two|three|four|five|six|seven|ten|fourteen|fifteen|twenty|thirty|sixty|ninety) |\(?\d{1,3}\)? )(?:(?:business|working|calendar) )?(?:hours?|days?|weeks?|months?|years?)\b")]
    private static partial Regex Due();

    [GeneratedRegex(@"(?i)\b(?:by|before|no later than|not later than|on or before|until|due(?: date)?(?: on| by)?:?|deadline(?: is| of| for [\p{L} ]{1,30} is)?:?|expires? on|ends? on|payable (?:on|by))(?: (?:the|close of business|noon|midnight|end of business|\d{1,2}:\d{2}|on|of|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|,)){0,4},? ?$")]
    private static partial Regex DueDate();

    [GeneratedRegex(@"(?i)\b(?:due|deadline|expir|payable|pay by|respond by|reply by|closing date)")]
    private static partial Regex DueLabel();

    [GeneratedRegex(@"^(?:(?:What|Why|How|Which|When|Where|Who|Whether)\b.*(?<![.])|.*\?)$|^(?:and|or) wh")]
    private static partial Regex Question();

    [GeneratedRegex(@"^(?i:what|which|who|how|whoever|whatever)\b")]
    private static partial Regex Relative();

    [GeneratedRegex(@"^(?:.*\bthat |(?:From|On|After|Under|In|At|Upon|Until|Before|By|With|During|For)\b.* (?=(?:the|each|we|it|they|both|either)\b)|(?:and|or|then) )")]
    private static partial Regex Opening();

    [GeneratedRegex(@"^(?:(?:The|Each|Every|All|Any|Our|Their|Its) )?[\p{L}\d'’\-]+")]
    private static partial Regex Subject();

    [GeneratedRegex(@"\b(?:[Tt]he|[Ee]ach|[Ee]ither) \p{Lu}[\p{L}\-]+")]
    private static partial Regex Named();

    [GeneratedRegex(@"(?i)\b(?:ignore|disregard|forget|override)\b[^.]{0,40}\b(?:instructions?|prompts?|rules)\b|\bsystem prompt\b|\byou are (?:an? )?(?:AI|assistant|language model)|\b(?:answer|respond|reply|output|return) (?:only )?(?:with )?[""“']?(?:approved|pass|yes|ok)\b|\b(?:skip|bypass)\b[^.]{0,20}\b(?:approval|verification|checks?)\b")]
    private static partial Regex ToReader();
}
