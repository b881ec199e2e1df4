using System.Text;
using DurableRouter.Core.Checks;
using DurableRouter.Core.Values;

namespace DurableRouter.Tests.Verification;

public sealed class SourceCheckTests
{
    const string Contract = "1. Term\n\nThis agree-\nment runs for  15 days \u2014 the \u201Cnotice period\u201D \u2014 and is\u00A0well-\nknown to both. The \uFB01ne is 1.5 % of \u20AC 1,500.";

    [Theory]
    [InlineData("This agreement runs for 15 days", "This agree-\nment runs for  15 days")]
    [InlineData("  15 days - the \"notice period\" - and\n", "15 days \u2014 the \u201Cnotice period\u201D \u2014 and")]
    [InlineData("is well-known to both", "is\u00A0well-\nknown to both")]
    [InlineData("wellknown", "well-\nknown")]
    [InlineData("agree-\nment", "agree-\nment")]
    [InlineData("The fine is 1.5 %", "The \uFB01ne is 1.5 %")]
    [InlineData("the\u200B \u2018\u2018", null)]
    [InlineData("1,500.", "1,500.")]
    public void Check_Typography_DoesNotCount(string quote, string? passage)
    {
        var finding = Check(Contract, quote);
        Assert.Equal(passage is not null, finding.IsGrounded);
        Assert.Equal(passage, finding.Passage);
        if (passage is not null)
        {
            Assert.Equal(passage, Contract[finding.Start..finding.End]);
        }
    }

    [Theory]
    [InlineData("5 days")]
    [InlineData("5 % of")]
    [InlineData("\u20AC 1")]
    [InlineData("500.")]
    [InlineData("this agreement runs")]
    [InlineData("runs for 15 da")]
    public void Check_CutWordsNumbersAndCase_Count(string quote) => Assert.False(Check(Contract, quote).IsGrounded);

    [Fact]
    public void Check_WholeWordAfterACutOne_IsFound() => Assert.Equal(8, Check("15 days 5 days", "5 days").Start);

    [Fact]
    public void Check_DecomposedLetters_EqualComposedOnes()
    {
        var source = "Die U\u0308bergabe in Tie\u0302\u0301n, \u0439 and \u0438\u0306.";
        Assert.Equal("U\u0308bergabe", Check(source, "\u00DCbergabe").Passage);
        Assert.Equal("Tie\u0302\u0301n", Check(source, "Ti\u1EBFn").Passage);
        Assert.True(Check(source, "\u0438\u0306 and \u0439").IsGrounded);
        Assert.True(Check("\uFF21\uFF22\uFF23\uFF11", "ABC1").IsGrounded);
    }

    [Theory]
    [InlineData("within 1\u200B5 days", "5 days")]
    [InlineData("un\u00ADpaid fees", "paid fees")]
    [InlineData("the caf\u00E9 e\u0301tat", "the caf\u00E9 e")]
    [InlineData("a\u200Bb", "\u200B")]
    public void Check_VerbatimButCutByAnInvisibleCharacter_IsNoQuote(string source, string quote) => Assert.False(Check(source, quote).IsGrounded);

    [Theory]
    [InlineData("no guar\u202Aantee\u202C at all", "guarantee")]
    [InlineData("no guar\uDB40\uDC41\uDB40\uDC42antee", "guarantee")]
    [InlineData("no gu\uFE01ara\uDB40\uDD15ntee", "guarantee")]
    [InlineData("no gua\u2064ran\u115Ftee", "guarantee")]
    [InlineData("no guarantee", "guar\uDB40\uDC41antee")]
    [InlineData("\uD835\uDC27\uD835\uDC28 \uD835\uDCBC\uD835\uDD32\uD835\uDD52\uD835\uDD63\uD835\uDE22\uD835\uDC8F\uD835\uDE81\u212F\u24D4 \uD835\uDFCF\uD835\uDFDA", "no guaranRee 12")]
    public void Check_InvisibleCharactersAndStyledLetters_DoNotCount(string source, string quote)
    {
        var finding = Check(source, quote);
        Assert.True(finding.IsGrounded, finding.ToString());
        Assert.Equal(finding.Passage, source[finding.Start..finding.End]);
    }

    [Fact]
    public void Check_CharactersOutsideTheBasicPlane_KeepTheirOffsets()
    {
        var finding = Check("\uD83D\uDE00 pay \uD83D\uDCB6 now \uD83D", "pay \uD83D\uDCB6\u200B now");
        Assert.Equal("pay \uD83D\uDCB6 now", finding.Passage);
        Assert.Equal("\uD83D\uDE00", Check("\uD83D\uDE00 pay", "\uD83D\uDE00").Passage);
    }

    [Fact]
    public void Check_TextWithoutSpaces_MayBeCutAnywhere() => Assert.True(Check("本契約は十五日間有効である。", "十五日間").IsGrounded);

    [Fact]
    public void Check_SoftHyphen_IsInvisible()
    {
        Assert.Equal("agree\u00ADment", Check("the agree\u00ADment", "agreement").Passage);
        Assert.True(Check("the agree\u00AD\nment", "agreement").IsGrounded);
        Assert.False(Check("a dash -\nhere", "dashhere").IsGrounded);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\u00A0\u200B")]
    public void Check_EmptyQuote_IsMissing(string quote) => Assert.Equal(QuoteMatch.Missing, Check(Contract, quote).Match);

    [Fact]
    public void Check_EmptySource_HoldsNothing() => Assert.Equal(QuoteMatch.NotFound, Check("", "words").Match);

    [Fact]
    public void Check_ChangedWord_IsANearMissWithTheClosestPassage()
    {
        var source = $"{Filler(2_000)} The Supplier shall deliver the goods within thirty days of the order. {Filler(2_000)}";
        var finding = Check(source, "The Supplier will deliver the goods within thirty days of the order.");
        Assert.Equal(QuoteMatch.NearMiss, finding.Match);
        Assert.Equal("The Supplier shall deliver the goods within thirty days of the order.", finding.Passage);
        Assert.Equal(source.IndexOf("The Supplier", StringComparison.Ordinal), finding.Start);
        Assert.InRange(finding.Similarity, SourceCheck.NearMissSimilarity, 0.99);
        Assert.Contains("shall deliver", finding.ToString());
    }

    [Fact]
    public void Check_CutNumber_IsANearMissNotAQuote()
    {
        var finding = Check("Payment is due within 15 days of receipt.", "5 days of receipt");
        Assert.Equal(QuoteMatch.NearMiss, finding.Match);
        Assert.Equal("15 days of receipt", finding.Passage);
        Assert.True(finding.Similarity < 1);
    }

    [Fact]
    public void Check_InventedQuote_IsNotFound()
    {
        var finding = Check(Filler(5_000), "The parties waive any liability for consequential loss.");
        Assert.Equal((QuoteMatch.NotFound, -1, -1, null), (finding.Match, finding.Start, finding.End, finding.Passage));
    }

    [Fact]
    public void Check_SeveralQuotes_KeepOrderAndPointers()
    {
        var findings = new SourceCheck("alpha beta").Check([new("/b", "beta"), new("/a", "alpha"), new("/x", "")]);
        Assert.Equal([("/b", 6), ("/a", 0), ("/x", -1)], findings.Select(finding => (finding.Pointer, finding.Start)));
    }

    /// <summary>Comparing each misquote with the whole source would use up the budget nine times.</summary>
    [Fact]
    public void Check_LargeSource_FindsEveryNearMissWithinTheBudget()
    {
        var source = Filler(300_000);
        var quotes = new List<Quote>();
        for (var i = 0; i < 50; i++)
        {
            var start = source.IndexOf(' ', i * 5_900) + 1;
            var text = source[start..source.LastIndexOf(' ', start + 120)];
            quotes.Add(new Quote($"/{i}", i % 2 == 0 ? text : text.Insert(text.IndexOf(' '), " never")));
        }
        var findings = new SourceCheck(source).Check(quotes);
        Assert.All(findings.Where((_, i) => i % 2 == 0), finding => Assert.True(finding.IsGrounded, finding.ToString()));
        Assert.All(findings.Where((_, i) => i % 2 == 1), finding => Assert.Equal(QuoteMatch.NearMiss, finding.Match));
    }

    public static TheoryData<string, string, bool> Hostile => new()
    {
        { new string('a', 300_000), new string('a', 50_000), false },
        { new string('a', 300_000), new string('a', 2_000) + "b" + new string('a', 1_900), false },
        { Repeat("a ", 150_000), Repeat("a ", 1_000) + "b", false },
        { Repeat("ab", 150_000), Repeat("ab", 50_000), false },
        { Repeat("e\u0301\u0302", 100_000), Repeat("e\u0301", 3_000), false },
        { Repeat("a-\n", 100_000), Repeat("a-\n", 1_000), true },
        { new string(' ', 300_000), new string('-', 3_000), false },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Check_HostileText_IsBounded(string source, string quote, bool isGrounded) =>
        HostileInput.AssertBounded(() => Assert.All(new SourceCheck(source).Check([.. Enumerable.Repeat(new Quote("", quote), 50)]),
            finding => Assert.Equal(isGrounded, finding.IsGrounded)));

    [Fact]
    public void Check_MoreQuotesThanCanBeLookedUp_AreRefusedAfterABoundedSearch()
    {
        var source = Filler(1_000_000);
        IReadOnlyList<QuoteFinding> findings = [];
        HostileInput.AssertBounded(() => findings = new SourceCheck(source).Check([.. Enumerable.Range(0, 60_000).Select(i => new Quote($"/{i}", $"never said {i}"))]));
        Assert.Equal([QuoteMatch.NotFound, QuoteMatch.NotSearched], findings.Select(f => f.Match).Distinct());
        Assert.InRange(findings.Count(f => f.Match == QuoteMatch.NotFound), 450, 1_100);
        Assert.Equal("/59999: the answer quotes more than can be looked up", findings[^1].ToString());
    }

    [Fact]
    public void Check_GuessesOfPlaces_CostTheirShareOfTheBudget()
    {
        // Runs that stand 250 times each, in another order: every guess looks at all their places.
        var words = Enumerable.Range(0, 80).Select(i => $"w{i:00}").ToArray();
        var source = string.Join(' ', Enumerable.Range(0, 250).SelectMany(round => words.Select((_, i) => words[(i * (2 * round + 1)) % 80]))) + " the end is near";
        var heavy = Enumerable.Range(0, 400).Select(i => new Quote("", string.Join(' ', words.Reverse()) + i));
        var misquote = new Quote("", "the end was near");

        var findings = new SourceCheck(source).Check([misquote, .. heavy, misquote]);

        Assert.Equal((QuoteMatch.NearMiss, QuoteMatch.NotFound), (findings[0].Match, findings[^1].Match));
    }

    /// <summary>The exact search against the obvious one, on texts made to share prefixes.</summary>
    [Fact]
    public void IndexOf_RandomTexts_AgreesWithTheObviousSearch()
    {
        var random = new Random(7);
        var hits = 0;
        for (var round = 0; round < 5_000; round++)
        {
            var text = Random(random, random.Next(1, 60));
            var passage = random.Next(2) == 0 ? Random(random, random.Next(1, 25)) : text.Substring(random.Next(text.Length / 2), (text.Length + 1) / 2);
            var expected = Enumerable.Range(0, text.Length).Where(at => string.CompareOrdinal(text, at, passage, 0, passage.Length) == 0
                && !FoldedText.CutsWord(text, at) && !FoldedText.CutsWord(text, at + passage.Length)).Append(-1).First();
            Assert.Equal(expected, PassageSearch.IndexOf(text, passage));
            hits += expected >= 0 ? 1 : 0;
        }
        Assert.InRange(hits, 200, 4_800);
    }

    static string Random(Random random, int length) => string.Concat(Enumerable.Range(0, length).Select(_ => "aab  "[random.Next(5)]));

    static string Repeat(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();

    static string Filler(int length)
    {
        string[] words = ["the", "tenant", "lease", "rent", "monthly", "premises", "before", "after", "repair", "deposit", "keys", "garden", "written", "consent", "landlord"];
        var random = new Random(3);
        var text = new StringBuilder();
        while (text.Length < length)
        {
            text.Append(words[random.Next(words.Length)]).Append(random.Next(1_000)).Append(' ');
        }

        return text.ToString();
    }

    static QuoteFinding Check(string source, string quote) => Assert.Single(new SourceCheck(source).Check([new Quote("/quote", quote)]));
}
