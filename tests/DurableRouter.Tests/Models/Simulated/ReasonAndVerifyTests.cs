using System.Text.Json.Nodes;

namespace DurableRouter.Tests.Models.Simulated;

public sealed class ReasonAndVerifyTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(100, 15)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task ReasonAndVerify_AtFullSkill_PassOnEvidenceFromTheFacts(int seed)
    {
        var document = InventedDocument.From(seed);
        var facts = await SimulatedCall.ExtractAsync(document.Text);
        var reasoned = await SimulatedCall.ReasonAsync(facts);
        var verdict = await SimulatedCall.VerifyAsync(reasoned, document.Text);

        var quotes = facts.Where(p => p.Value is JsonArray).SelectMany(p => p.Value!.AsArray()).Select(i => i!["quote"]!.GetValue<string>()).ToHashSet();
        var evidence = Evidence(reasoned).ToList();
        Assert.NotEmpty(evidence);
        Assert.All(evidence, e => Assert.Contains(e, quotes));
        Assert.Contains(reasoned["risks"]!.AsArray(), r => r!["risk"]!.GetValue<string>().StartsWith("Indemnity", StringComparison.Ordinal));
        Assert.Contains(reasoned["ambiguities"]!.AsArray(), a => a!["ambiguity"]!.GetValue<string>().Contains("reasonable efforts", StringComparison.Ordinal));
        Assert.Contains(reasoned["amounts"]!.AsArray(), a => a!["value"]!.GetValue<decimal>() == document.Fee);
        Assert.Equal("pass", verdict["verdict"]!.GetValue<string>());
        Assert.Empty(verdict["issues"]!.AsArray());
    }

    [Fact]
    public async Task Verify_OnAMisquote_FailsAndNamesTheClaim()
    {
        var (document, claims) = await ClaimsAsync();
        var planted = claims["obligations"]![0]!["evidence"]!.GetValue<string>().Replace("shall", "may", StringComparison.Ordinal);
        claims["obligations"]![0]!["evidence"] = planted;

        var verdict = await SimulatedCall.VerifyAsync(claims, document.Text);

        Assert.Equal("fail", verdict["verdict"]!.GetValue<string>());
        Assert.Equal(planted, Assert.Single(verdict["issues"]!.AsArray())!["claim"]!.GetValue<string>());
    }

    [Fact]
    public async Task Verify_OnAChangedAmount_Fails()
    {
        var (document, claims) = await ClaimsAsync();
        claims["amounts"]![0]!["value"] = claims["amounts"]![0]!["value"]!.GetValue<decimal>() + 3;

        var verdict = await SimulatedCall.VerifyAsync(claims, document.Text);

        Assert.Equal("fail", verdict["verdict"]!.GetValue<string>());
        Assert.Contains("amount", verdict["issues"]![0]!["problem"]!.GetValue<string>());
    }

    [Fact]
    public async Task Verify_OnADateThatTheSourceLacks_Fails()
    {
        var (document, claims) = await ClaimsAsync();
        claims["dates"]![0]!["date"] = "2099-12-30";

        var verdict = await SimulatedCall.VerifyAsync(claims, document.Text);

        Assert.Equal("fail", verdict["verdict"]!.GetValue<string>());
        Assert.Contains(verdict["issues"]!.AsArray(), i => i!["claim"]!.GetValue<string>() == "2099-12-30");
    }

    [Fact]
    public async Task Verify_OnQuotesThatDifferInWrappingOnly_Passes()
    {
        var (document, claims) = await ClaimsAsync();

        var verdict = await SimulatedCall.VerifyAsync(claims, document.Text.ReplaceLineEndings("\r\n").Replace(" ", "   ", StringComparison.Ordinal));

        Assert.Equal("pass", verdict["verdict"]!.GetValue<string>());
    }

    [Fact]
    public async Task Reason_WhenAnIssueDisputesAFact_LeavesThatFactOut()
    {
        var document = InventedDocument.From(11);
        var facts = await SimulatedCall.ExtractAsync(document.Text);
        var disputed = facts["obligations"]![0]!["quote"]!.GetValue<string>();

        var before = await SimulatedCall.ReasonAsync(facts);
        var after = await SimulatedCall.ReasonAsync(facts, 5, ("issues", $"- {disputed}: This quote does not stand in the source."));

        Assert.Contains(before["obligations"]!.AsArray(), o => o!["evidence"]!.GetValue<string>() == disputed);
        Assert.DoesNotContain(after["obligations"]!.AsArray(), o => o!["evidence"]!.GetValue<string>() == disputed);
    }

    [Fact]
    public async Task Generate_WithoutASchema_AnswersTextInTheWordsOfItsInput()
    {
        var document = InventedDocument.From(5);
        var response = await SimulatedCall.Model().GetResponseAsync(SimulatedCall.Prompt("generate", "", ("text", document.Text)));

        Assert.StartsWith("text:\n- ", response.Text);
        Assert.Contains(document.Fee.ToString("#,##0.00", System.Globalization.CultureInfo.InvariantCulture).Replace(",", ""), response.Text.Replace(",", "").Replace("'", ""));
    }

    static async Task<(InventedDocument Document, JsonObject Claims)> ClaimsAsync()
    {
        var document = InventedDocument.From(42);
        return (document, await SimulatedCall.ReasonAsync(await SimulatedCall.ExtractAsync(document.Text)));
    }

    static IEnumerable<string> Evidence(JsonObject reasoned) =>
        reasoned.Where(p => p.Value is JsonArray).SelectMany(p => p.Value!.AsArray()).OfType<JsonObject>()
            .Select(i => i["evidence"]?.GetValue<string>()).OfType<string>();
}
