using System.Text.Json;
using DurableRouter.Core.Checks;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Tests.Verification;

public sealed class PolicyCheckTests
{
    const string Schema = """{"properties":{"a":{"properties":{"b":{}}},"b":{"items":{"properties":{"c":{}}}},"note":{},"other":{}}}""";

    [Fact]
    public void MustNotMatch_NamesPlaceAndPattern_OnceForEachPlace() =>
        Assert.Equal(["/a: must not match guarantee", "/b/1: must not match guarantee"],
            Problems(new PolicyRule(MustNotMatch: ["guarantee"]), """{"a":"we guarantee it","b":["no","a guarantee"]}"""));

    [Fact]
    public void MustNotMatch_WordSplitByInvisibleCharacters_IsSeen() =>
        Assert.Single(Problems(new PolicyRule(MustNotMatch: ["guarantee"]), """{"a":"guar\u200bantee"}"""));

    [Fact]
    public void MustMatch_AnyTextWillDo() =>
        Assert.Equal(["(root): nothing matches REF-\\d+"], Problems(new PolicyRule(MustMatch: ["REF-\\d+", "yes"]), """{"a":"yes","b":"REF-"}"""));

    [Fact]
    public void MustSay_LineBreaksAndQuotesDoNotCount_WordsDo()
    {
        var rule = new PolicyRule(MustSay: ["This isn't legal advice."], Of: "note");

        Assert.Empty(Problems(rule, """{"note":"So: This isn\u2019t\n legal advice."}"""));
        Assert.Equal(["/note: must say \"This isn't legal advice.\""], Problems(rule, """{"note":"This is legal advice.","other":"This isn't legal advice."}"""));
        Assert.Single(Problems(rule, """{"other":"This isn't legal advice."}"""));
    }

    [Fact]
    public void PersonalData_IsNamedByKindAndPlace_NeverRepeated()
    {
        var problem = Assert.Single(Problems(new PolicyRule(PersonalData: ["card"]), """{"a":{"b":4111111111111111}}"""));

        Assert.Equal("/a/b: holds a payment card's number, which this answer may not", problem);
    }

    [Theory]
    [InlineData("""["runner"]""", 1)]
    [InlineData("""["runner","operator"]""", 0)]
    [InlineData("[]", 1)]
    [InlineData(null, 1)]
    public void ExceptFor_BindsAllButTheRolesNamed(string? roles, int problems)
    {
        var evidence = roles is null ? [] : new Dictionary<string, JsonElement>
        {
            [CallerRoles.AsEvidence(null).Source] = JsonElement.Parse(roles),
        };

        Assert.Equal(problems, Problems(new PolicyRule(PersonalData: ["email"], ExceptFor: ["operator", "admin"]), """{"a":"x@example.org"}""", evidence).Count);
    }

    [Fact]
    public void PropertyNames_ThatTheModelChose_AreTextsToo_AndNeverRepeated()
    {
        const string answer = """{"a":{"jane@example.org":"x","b":{"max@example.org":"eve@example.org"}}}""";

        Assert.Equal(["/a/*: holds an e-mail address, which this answer may not", "/a/b/*: holds an e-mail address, which this answer may not",
            "/a/b/*: holds an e-mail address, which this answer may not"], Problems(new PolicyRule(PersonalData: ["email"]), answer));
        Assert.Single(Problems(new PolicyRule(MustNotMatch: ["guarantee"]), """{"guarantee":1}"""));
        Assert.Empty(Problems(new PolicyRule(MustNotMatch: ["guarantee"]), """{"guarantee":1}""", schema: """{"anyOf":[{"properties":{"guarantee":{}}}]}"""));
    }

    [Fact]
    public void SlowPattern_ManyTexts_CostsItsLimitOnce_AndFails()
    {
        var texts = string.Join(',', Enumerable.Repeat($"\"{new string('a', 5_000)}!\"", 200));

        HostileInput.AssertBounded(() =>
        {
            Assert.Equal(["(root): took too long to search for ^(?=.)(?:a|aa)+$"], Problems(new PolicyRule(MustNotMatch: ["^(?=.)(?:a|aa)+$"]), $"{{\"b\":[{texts}]}}"));
            Assert.Equal(["(root): took too long to search for ^(?=.)(?:a|aa)+$"], Problems(new PolicyRule(MustMatch: ["^(?=.)(?:a|aa)+$"]), $"{{\"b\":[{texts}]}}"));
        });
    }

    [Fact]
    public void MustSay_ManyTexts_IsBounded()
    {
        var texts = string.Join(',', Enumerable.Repeat("\"a text that says something else\"", 30_000));

        HostileInput.AssertBounded(() => Assert.Single(Problems(new PolicyRule(MustSay: ["This is no legal advice."]), $"{{\"b\":[{texts}]}}")));
    }

    static IReadOnlyList<string> Problems(PolicyRule rule, string answer, Dictionary<string, JsonElement>? evidence = null, string schema = Schema) =>
        new PolicyCheck(rule, JsonElement.Parse(schema)).Run(JsonElement.Parse(answer), new AttemptFields([], evidence ?? [])).Problems;
}
