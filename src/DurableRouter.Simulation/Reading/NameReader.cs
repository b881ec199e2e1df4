using System.Text.RegularExpressions;

namespace DurableRouter.Simulation.Reading;

/// <summary>Companies by their legal form, defined roles (`the "Supplier"`) and labels; people by honorific, job, label and signature.</summary>
static partial class NameReader
{
    const int RoleDistance = 220;

    public static IEnumerable<Fact> Parties(IReadOnlyList<Sentence> sentences)
    {
        var found = new Dictionary<string, Fact>(StringComparer.OrdinalIgnoreCase);
        foreach (var (sentence, above) in sentences.Zip(sentences.Select(s => s.Text).Prepend("")))
        {
            // "Customer:" on a line of its own names who follows.
            var label = above.EndsWith(':') && PartyLabel().IsMatch(above[..^1]) ? above[..^1] : null;
            foreach (var (name, index) in Companies(sentence.Text).Concat(Defined(sentence.Text)))
            {
                Keep(found, name, DefinedRole(sentence.Text, index + name.Length) ?? (index == 0 ? label : null), sentence.QuoteAround(index));
            }

            if (sentence.Kind == SentenceKind.Labelled && PartyLabel().IsMatch(sentence.Label) && LabelledName(sentence) is { } labelled)
            {
                var known = found.Keys.FirstOrDefault(k => labelled.StartsWith(k.TrimEnd('.'), StringComparison.OrdinalIgnoreCase));
                Keep(found, known ?? labelled, sentence.Label, sentence.Text);
            }
        }

        return found.Values;
    }

    public static IEnumerable<Fact> People(IReadOnlyList<Sentence> sentences)
    {
        var found = new Dictionary<string, Fact>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < sentences.Count; i++)
        {
            var sentence = sentences[i];
            foreach (Match m in Titled().Matches(sentence.Text).Concat(WithJob().Matches(sentence.Text)).Concat(JobFirst().Matches(sentence.Text)))
            {
                var name = m.Groups["name"].Value;
                if (!NotAName().IsMatch(name))
                {
                    Keep(found, name, m.Groups["job"].Success ? m.Groups["job"].Value.Trim() : null, sentence.QuoteAround(m.Index), FactKind.Person);
                }
            }

            if (i + 1 < sentences.Count && JobLine().IsMatch(sentences[i + 1].Text) && NameLine().Match(sentence.Text) is { Success: true } above
                && !NotAName().IsMatch(above.Groups["name"].Value))
            {
                Keep(found, above.Groups["name"].Value, sentences[i + 1].Text, sentence.Text, FactKind.Person);
            }

            var signed = i > 0 && Closing().IsMatch(sentences[i - 1].Text);
            if (signed || (sentence.Kind == SentenceKind.Labelled && PersonLabel().IsMatch(sentence.Label)))
            {
                var value = signed ? sentence.Text : sentence.Text[(sentence.Text.IndexOf(':') + 1)..];
                foreach (var part in value.Split(';'))
                {
                    if (PlainName().Match(part.Trim()) is { Success: true } plain && !NotAName().IsMatch(plain.Groups["name"].Value))
                    {
                        var job = plain.Groups["job"].Value.Trim();
                        Keep(found, plain.Groups["name"].Value, job.Length > 0 ? job : signed ? null : sentence.Label.ToLowerInvariant(), sentence.Text, FactKind.Person);
                    }
                }
            }
        }

        // "Mr. Green" is the Rowan Green named elsewhere.
        return found.Values.Where(p => p.Text(FactField.Name) is var name
            && (name!.Contains(' ') || !found.Keys.Any(k => k.EndsWith(" " + name, StringComparison.OrdinalIgnoreCase))));
    }

    static void Keep(Dictionary<string, Fact> found, string name, string? role, string quote, FactKind kind = FactKind.Party)
    {
        if (name.Length < 3 || name.Length > 90)
        {
            return;
        }

        if (!found.TryGetValue(name, out var known))
        {
            found[name] = Fact.Of(kind, quote, (FactField.Name, name), (FactField.Role, role));
        }
        else if (role is not null && known.Text(FactField.Role) is null)
        {
            found[name] = known.With(FactField.Role, role).With(FactField.Quote, quote);
        }
    }

    static IEnumerable<(string Name, int Index)> Companies(string text)
    {
        foreach (Match m in Company().Matches(text))
        {
            var lead = LeadIn().Match(m.Value);
            var name = m.Value[lead.Length..];
            // A legal form alone ("the Company", "Group") names nobody.
            if (name.Contains(' '))
            {
                yield return (name, m.Index + lead.Length);
            }
        }
    }

    static IEnumerable<(string Name, int Index)> Defined(string text) =>
        DefinedName().Matches(text).Where(m => !NotAName().IsMatch(m.Groups["name"].Value) && !Company().IsMatch(m.Groups["name"].Value))
            .Select(m => (m.Groups["name"].Value, m.Groups["name"].Index));

    static string? DefinedRole(string text, int end)
    {
        var after = text[end..Math.Min(text.Length, end + RoleDistance)];
        var role = Role().Match(after);
        var next = Company().Match(after);
        return role.Success && !(next.Success && next.Index < role.Index) ? role.Groups["role"].Value : null;
    }

    static string? LabelledName(Sentence sentence)
    {
        var value = sentence.Text[(sentence.Text.IndexOf(':') + 1)..].Trim();
        var name = value.Split([',', '(', ';'])[0].Trim().TrimEnd('.');
        var namesPerson = PersonLabel().IsMatch(sentence.Label) && PlainName().Match(value).Groups["job"].Length > 0;
        return !namesPerson && name.Length > 2 && !name.Any(char.IsDigit) && CapitalWords().IsMatch(name) ? name : null;
    }

    const string Capital = @"(?:\p{Lu}[\p{L}\d'’\-]*(?:&\p{Lu}+)?\.?)";
    const string Person = @"\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)?(?: \p{Lu}\.)?(?: (?:van|von|de|da|di|del|la|Mc|O['’]))*(?: \p{Lu}['’]?[\p{L}]*\p{Ll}[\p{L}'’\-]*){1,2}";
    const string Job = @"(?:(?:\p{Lu}[\p{L}&]*|of|and) ){0,4}(?:Director|Manager|Officer|CEO|CFO|CTO|COO|President|Counsel|Secretary|Chair(?:man|woman|person)?|Partner|Analyst|Engineer|Lead|Coordinator|Head(?: of [A-Z][\w]+(?: [A-Z]\w+)?)?|Administrator|Controller|Consultant|Auditor|Inspector|Architect|Supervisor|Representative|Attorney|Solicitor|Accountant|Scientist|Editor|Buyer|Planner|Specialist|Treasurer|Principal|Owner)\b";

    const string LegalForm = @"(?:Inc|LLC|L\.L\.C|Ltd|Limited|LIMITED|GmbH|AG|SE|KGaA|KG|OHG|GbR|UG|eG|e\.U|e\.K|K\.K|KK|SCIC|SNC|Bhd|S\.A\.S|S\.A|SA|S\.L|SL|SLU|S\.r\.l|SRL|Srl|S\.p\.A|SpA|B\.V|BV|N\.V|NV|plc|PLC|LLP|PLLC|LP|Corp|Corporation|Co|Company|Oyj|Oy|AB|ASA|A/S|ApS|A\.Ş|AŞ|Pty Ltd|Pte Ltd|Pvt Ltd|SARL|SAS|Ltda|Lda|Kft|Zrt|d\.o\.o|s\.r\.o|Sp\. z o\.o)(?![\p{L}\d])";
    const string Organization = @"(?:Holdings?|Group|Bank|University|Foundation|Association|Institute|Partners|Associates|Trust|Hospital|Council|Authority|Cooperative|& Sons|Consulting|Industries|Laboratories)(?![\p{L}\d])";

    [GeneratedRegex(Capital + @"(?: (?:" + Capital + @"|&|and|of|de|du|des|la|le|del|van|der|und|et)){0,6}?,? (?:" + LegalForm + @"(?: & Co\.?)?|" + Organization + "(?: " + Capital + "){0,2}?(?= " + LegalForm + ")|" + Organization
        + ")(?: " + LegalForm + @")?(?:(?<=Inc|Ltda?|Lda|Corp|Co|\.\p{L}{1,2})\.(?= [^\p{Lu}]|,|\)|$))?")]
    private static partial Regex Company();

    [GeneratedRegex(@"^(?:(?:THIS|This|The|the|A|An|And|Between|BETWEEN|By|To|From|For|With|Of|On|At|In|Dear|Both|When|While|If|As|Each|Either|Under|Since|After|Before|Our|Your|Their|Its|Agreement|AGREEMENT|Contract|Invoice|Re|Attn|Client|Supplier|Customer|Vendor|Messrs)\.? |(?:and|of|et|de|&) )+")]
    private static partial Regex LeadIn();

    [GeneratedRegex(@"[(,]\s*(?:(?:each|together|collectively|hereinafter|hereafter|referred to as|as|an?|the|or) |,)*[""“'‘](?:the )?(?<role>\p{Lu}[\p{L} \-]{2,30})[""”'’]")]
    private static partial Regex Role();

    [GeneratedRegex(@"(?<name>\p{Lu}[\p{L}'’\-]+(?: (?:\p{Lu}\.|\p{Lu}[\p{L}'’\-]+|of|and|&)){1,4})(?:,[^""“.]{0,140})? \((?:(?:hereinafter|hereafter|referred to as|as|the),? )*[""“'‘](?:the )?\p{Lu}[\p{L} \-]{2,30}[""”'’]")]
    private static partial Regex DefinedName();

    [GeneratedRegex(@"^(?i:(?:from|to|bill(?:ed)? to|ship to|sold to|seller|buyer|supplier|customer|client|vendor|landlord|tenant|lender|borrower|licensor|licensee|contractor|employer|employee|issuer|payee|payer|company|organi[sz]ation|provider|insurer|insured|consultant|party(?: [A-B])?)s?)$")]
    private static partial Regex PartyLabel();

    [GeneratedRegex(@"^(?i:(?:name|attn|attention|contact(?: person)?|prepared by|written by|author|signed(?: by)?|approved by|reviewed by|requested by|reported by|cc|by|from|to|attendees?|present|owner|presenter|account manager|project manager)s?)\.?$")]
    private static partial Regex PersonLabel();

    [GeneratedRegex(@"^(?<name>" + Person + @")(?:(?:,| -| –| \() ?(?<job>\p{Lu}[^,;)]{2,50}))?")]
    private static partial Regex PlainName();

    [GeneratedRegex(@"^(?:\p{Lu}[\p{L}\d'’&.\-]*|and|of|de|van|der)(?: (?:\p{Lu}[\p{L}\d'’&.\-]*|&|and|of|de|van|der|plc|mbH)){0,5}$")]
    private static partial Regex CapitalWords();

    [GeneratedRegex("^" + Job + "$")]
    private static partial Regex JobLine();

    [GeneratedRegex(@"^(?:(?:Mr|Mrs|Ms|Dr|Prof)\.? )?(?<name>" + Person + ")$")]
    private static partial Regex NameLine();

    [GeneratedRegex(@"\b(?:Mr|Mrs|Ms|Dr|Prof|Professor)\.? (?<name>\p{Lu}\p{Ll}+(?:[- ]\p{Lu}\.?[\p{L}'’]*){0,2})")]
    private static partial Regex Titled();

    [GeneratedRegex(@"(?<name>" + Person + @"),? \(?(?:(?:the|our|its|their|your|as|who is) ){0,2}(?<job>" + Job + ")")]
    private static partial Regex WithJob();

    [GeneratedRegex(@"\b(?<job>" + Job + @"),? (?<name>" + Person + ")")]
    private static partial Regex JobFirst();

    [GeneratedRegex(@"(?i)^(?:(?:yours |kind |best |warm )?(?:sincerely|faithfully|truly|regards|respectfully)(?: yours)?|with (?:kind |best )?regards),?$")]
    private static partial Regex Closing();

    [GeneratedRegex(@"(?:^|\b)(?:Agreement|Services?|Schedule|Annex|Section|Article|Clause|Invoice|Street|Road|Avenue|Inc|Ltd|Limited|GmbH|LLC|Corp|Company|Group|Board|Committee|Department|Team|Office|The|This|Dear|Date|Party|Parties|Terms|Report|Effective|Purchase|Order|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|June|July|August|September|October|November|December|United|Kingdom|States|Confidential|Information|Director|Manager|Officer|Chief|Head|Senior|Counsel|Engineer|Finance|Operations|Project|Intellectual|Property|Personal|Data|Force|Majeure|Work|Please|Subject|Managing|General|Council|Works|Authority|Manager)\b")]
    private static partial Regex NotAName();
}
