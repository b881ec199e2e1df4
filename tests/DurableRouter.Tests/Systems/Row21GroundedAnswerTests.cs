namespace DurableRouter.Tests.Systems;

/// <summary>Row 21: each claim quotes evidence that stands in the source, and citations carry offsets.</summary>
public sealed class Row21GroundedAnswerTests
{
    const string Grounded = "[schema, source: { in: input.text }]";

    [Theory]
    [InlineData("uncited", "\"quote\":\"shall pay 500 EUR\"", "\"quote\":\"\"", "/items/0/quote: no passage of the source is quoted")]
    [InlineData("misquoted", "shall pay 500 EUR", "shall pay 900 EUR to Bolt GmbH", "/items/0/quote: the source does not say this word for word; the closest passage is \"shall pay 500 EUR to Bolt GmbH\"")]
    [InlineData("invented", "shall pay 500 EUR", "waives every claim", "/items/0/quote: the source holds no such passage")]
    [InlineData("half a word", "shall pay 500 EUR", "all pay 500 EUR", "/items/0/quote: the source does not say this word for word; the closest passage is \"shall pay 500 EUR\"")]
    public async Task Claim_WithoutEvidenceInTheSource_IsRejected(string _, string old, string claimed, string detail)
    {
        var faulty = CheckedWork.Facts.Replace(old, claimed, StringComparison.Ordinal);
        await using var endpoint = await CheckedWork.EndpointAsync([.. Enumerable.Repeat(faulty, 50)]);
        await using var host = await SystemHost.StartAsync(CheckedWork.Files(endpoint.Address, Grounded));

        var run = await host.RunAsync("work", new { text = CheckedWork.Text });

        Assert.Equal("Failed", run.Status);
        Assert.All(run.Attempts("work"), attempt => Assert.Equal((false, detail), CheckedWork.Check(attempt, "source")));
        Assert.Contains($"- {detail}", SystemFiles.User(endpoint.Calls.Where(c => CheckedWork.IsOf(c, "reason")).ElementAt(1)).GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shall pay 500 EUR")]
    [InlineData("shall\u00a0pay  500 EUR\\nto Bolt GmbH")]
    [InlineData("within 30 da\u00adys.")]
    [InlineData("within 30 da-\\nys.")]
    public async Task Claim_WithEvidence_IsCitedByItsOffsetsInTheSource(string quote)
    {
        await using var endpoint = await CheckedWork.EndpointAsync(CheckedWork.Facts.Replace("shall pay 500 EUR", quote, StringComparison.Ordinal));
        await using var host = await SystemHost.StartAsync(CheckedWork.Files(endpoint.Address, Grounded));

        var run = await host.RunAsync("work", new { text = CheckedWork.Text });

        var check = Assert.Single(run.Attempts("work")).GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("check").GetString() == "source");
        var citation = Assert.Single(check.GetProperty("citations").EnumerateArray());
        Assert.Equal(("/items/0/quote", "input.text"), (citation.GetProperty("pointer").GetString(), citation.GetProperty("source").GetString()));
        var cited = CheckedWork.Text[citation.GetProperty("start").GetInt32()..citation.GetProperty("end").GetInt32()];
        Assert.Contains(cited, (string[])["shall pay 500 EUR", "shall pay 500 EUR to Bolt GmbH", "within 30 days."]);
        Assert.StartsWith(quote[..5], cited, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_WhoseQuotedListsAreEmpty_OwesNoQuote()
    {
        const string unquoted = """{"payer":"Acme Ltd","amount":500,"confidence":0.9,"items":[],"amounts":[500]}""";
        await using var endpoint = await CheckedWork.EndpointAsync(unquoted);
        var files = CheckedWork.Files(endpoint.Address, Grounded);
        files[^1] = (files[^1].Item1, WithAmounts(files[^1].Item2));
        await using var host = await SystemHost.StartAsync(files);

        var run = await host.RunAsync("work", new { text = CheckedWork.Text });

        Assert.Equal((true, null), CheckedWork.Check(Assert.Single(run.Attempts("work")), "source"));
    }

    /// <summary>The answer of <c>work</c> also has a list that asks for no quotes.</summary>
    static string WithAmounts(string pipeline)
    {
        var at = pipeline.LastIndexOf("items: { type: array", StringComparison.Ordinal);
        return pipeline.Insert(at, "amounts: { type: array, items: { type: number } }, ");
    }
}
