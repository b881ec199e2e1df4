using System.Text;
using DurableRouter.Core.Values;

namespace DurableRouter.Tests.Verification;

public sealed class JsonReplyTests
{
    [Theory]
    [InlineData("""{"a":1}""", false)]
    [InlineData(" \r\n{\"a\":1}\n ", false)]
    [InlineData("\uFEFF{\"a\":1}", false)]
    [InlineData("```json\n{\"a\":1}\n```", true)]
    [InlineData("Here it is:\n\n```\n{\"a\":1}\n```\nAnything else?", true)]
    [InlineData("The answer: {\"a\":1}. Done {as asked}, see {{notes}}.", true)]
    [InlineData("A set {x, y} and then { \"a\": 1 }", true)]
    [InlineData("Как просили — {\"a\":1}", true)]
    public void Read_OneObject_IsFound(string text, bool wasWrapped)
    {
        var reply = JsonReply.Read(text);
        Assert.True(reply.IsSuccess, reply.Failure?.ToString());
        Assert.Equal(wasWrapped, reply.WasWrapped);
        Assert.Equal(1, reply.Value.GetProperty("a").GetInt32());
    }

    [Fact]
    public void Read_FencesAndBracesWithinStrings_AreText()
    {
        var reply = JsonReply.Read("```json\n{\"a\":\"```\\n} { \\\" {\\\"b\\\":1}\"}\n```");
        Assert.Equal("```\n} { \" {\"b\":1}", reply.Value.GetProperty("a").GetString());
    }

    [Theory]
    [InlineData("", 0, "empty")]
    [InlineData("   \n", 0, "empty")]
    [InlineData("I can't do that.", 0, "no JSON object")]
    [InlineData("[{\"a\":1}]", 0, "is an array")]
    [InlineData("Sure: [ {\"a\":1} ]", 8, "within an array")]
    [InlineData("{\"a\":1} and {\"b\":2}", 12, "more than one")]
    [InlineData("```json\n{}\n```\n```json\n{}\n```", 23, "more than one")]
    [InlineData("{a: {\"b\":1}}", 4, "within braces")]
    [InlineData("{\"a\":1", 6, "")]
    [InlineData("{\"a\":tru}", 8, "not valid JSON")]
    [InlineData("{\"é\":\n\"ü\",,}", 10, "not valid JSON")]
    [InlineData("{\"a\":1,}", 7, "not valid JSON")]
    [InlineData("{\"a\":1,\"b\":{\"c\":1,\"\\u0063\":2}}", 18, "\"c\" stands twice")]
    [InlineData("{\"a\":\"\\ud800\"}", 5, "half of a surrogate pair")]
    [InlineData("{\"a\":NaN}", 5, "not valid JSON")]
    [InlineData("{", 1, "")]
    public void Read_AnythingElse_FailsWithItsPosition(string text, int position, string message)
    {
        var reply = JsonReply.Read(text);
        Assert.False(reply.IsSuccess);
        Assert.Contains(message, reply.Failure.Message);
        Assert.Equal(position, reply.Failure.Position);
        Assert.DoesNotContain("LineNumber", reply.Failure.Message);
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void Read_Depth_IsLimited(int arrays, bool isRead) =>
        Assert.Equal(isRead, JsonReply.Read("{\"a\":" + new string('[', arrays) + new string(']', arrays) + "}").IsSuccess);

    [Fact]
    public void Read_SameNameInDifferentObjects_IsFine() =>
        Assert.True(JsonReply.Read("""{"a":{"a":1},"b":[{"a":1},{"a":2}]}""").IsSuccess);

    public static TheoryData<string> Hostile => new(
        new string('{', 2_000_000),
        new StringBuilder().Insert(0, "{\"a\":", 400_000).ToString(),
        new StringBuilder().Insert(0, "{x {\n", 400_000).ToString(),
        "{" + new string(' ', 2_000_000),
        new StringBuilder().Insert(0, "{ ", 1_000_000).ToString(),
        "{\"a\":[" + new StringBuilder().Insert(0, "{},", 600_000),
        "{\"a\":\"" + new string('\\', 2_000_001),
        new StringBuilder().Insert(0, "```json\n", 250_000).ToString());

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Read_HostileText_FailsInLinearTime(string text) =>
        HostileInput.AssertBounded(() => Assert.False(JsonReply.Read(text).IsSuccess));

    [Fact]
    public void Read_WideObjectThenManySmallOnes_IsLinear()
    {
        var wide = string.Join(',', Enumerable.Range(0, 200_000).Select(i => $"\"k{i}\":0"));
        var small = string.Join(',', Enumerable.Repeat("{\"k\":0}", 200_000));
        HostileInput.AssertBounded(() => Assert.True(JsonReply.Read($"{{\"a\":[{{{wide}}},{small}]}}").IsSuccess));
    }
}
