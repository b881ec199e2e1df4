using System.Text.Json;
using DurableRouter.Core.Checks;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Tests.Verification;

public sealed class ConflictCheckTests
{
    [Theory]
    [InlineData("500", "500.0")]
    [InlineData("\"ACME \u201cLtd\u201d\"", "\"Acme  \\\"Ltd\\\"\"")]
    [InlineData("null", "500")]
    [InlineData("500", "null")]
    [InlineData("""{"name":"Acme","role":"buyer"}""", """{"name":"Acme","role":null,"quote":"q"}""")]
    [InlineData("""[{"name":"Bolt"},{"name":"Acme"}]""", """[{"name":"Acme","quote":"q"},{"name":"Bolt","quote":"q"}]""")]
    [InlineData("[]", """["a"]""")]
    public void Values_ThatSayNothingElse_Agree(string claimed, string recorded) => Assert.Empty(Problems(claimed, recorded));

    [Theory]
    [InlineData("500", "450", "/f: contradicts 450, recorded in extract.f")]
    [InlineData("\"500\"", "500", "/f: contradicts 500, recorded in extract.f")]
    [InlineData("\"Acme\"", "\"Bolt\"", "/f: contradicts \"Bolt\", recorded in extract.f")]
    [InlineData("""{"a":{"b":true}}""", """{"a":{"b":false}}""", "/f/a/b: contradicts false, recorded in extract.f")]
    [InlineData("""["a","c"]""", """["a","b"]""", "/f/1: agrees with none of the items recorded in extract.f")]
    [InlineData("""["a"]""", "[]", "/f/0: agrees with none of the items recorded in extract.f")]
    public void Values_ThatSayAnother_AreNamedWithTheirPlace(string claimed, string recorded, string problem) =>
        Assert.Equal([problem], Problems(claimed, recorded));

    [Fact]
    public void LongLists_OfTexts_AreCompared()
    {
        string List(string last) => $"[{string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"item {i}\"").Append($"\"{last}\""))}]";

        HostileInput.AssertBounded(() =>
        {
            Assert.Empty(Problems(List("ITEM  7"), List("x")));
            Assert.Equal(["/f/100000: agrees with none of the items recorded in extract.f"], Problems(List("y"), List("x")));
        });
    }

    [Fact]
    public void LongLists_OfObjects_FailOnceTheTimeIsUp()
    {
        var claimed = $"[{string.Join(',', Enumerable.Range(0, 20_000).Select(i => $$"""{"a":{{i}}}"""))}]";
        var recorded = $"[{string.Join(',', Enumerable.Range(0, 20_000).Select(i => $$"""{"a":{{19_999 - i}}}"""))}]";

        HostileInput.AssertBounded(() => Assert.Equal(["/f: holds more than can be compared with what is recorded in extract.f"], Problems(claimed, recorded)));
    }

    [Fact]
    public void StepThatWasLeftOut_HasRecordedNothing() =>
        Assert.Empty(ConflictCheck.Run(new ConflictRule("f", "extract.f"), JsonElement.Parse("""{"f":1}"""), new AttemptFields([], new Dictionary<string, JsonElement>())).Problems);

    static IReadOnlyList<string> Problems(string claimed, string recorded) => ConflictCheck.Run(new ConflictRule("f", "extract.f"),
        JsonElement.Parse($$"""{"f":{{claimed}}}"""), new AttemptFields([], new Dictionary<string, JsonElement> { ["extract.f"] = JsonElement.Parse(recorded) })).Problems;
}
