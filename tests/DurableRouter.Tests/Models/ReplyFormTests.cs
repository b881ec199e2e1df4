using DurableRouter.Core.Errors;
using DurableRouter.Simulation.Server;

namespace DurableRouter.Tests.Models;

/// <summary>Complete answers in the forms that gateways give them.</summary>
public class ReplyFormTests
{
    const string Json = """{"title": "x", "amount": 1}""";

    public static TheoryData<string, string[]> NoisyStreams => new()
    {
        { "data that is a comment", [": keepalive", Chunk(Json), Last, Usage, "[DONE]"] },
        { "data that is a word", ["ping", Chunk(Json), "OPENROUTER PROCESSING", Last, Usage, "[DONE]"] },
        { "empty data", ["", Chunk(Json), "", Last, Usage, "[DONE]"] },
        { "empty objects", ["{}", Chunk(Json), Last, Usage, "[DONE]"] },
        { "the end with blanks", [Chunk(Json), Last, Usage, " [DONE] "] },
        { "the end in small letters", [Chunk(Json), Last, Usage, "[done]"] },
        { "no end but the reason", [Chunk(Json), Last, Usage] },
        { "junk after the finish", [Chunk(Json), Last, "{\"choices\":[{\"delta", "not json", Usage, "[DONE]"] },
        { "an error after the finish", [Chunk(Json), Last, """{"error":{"message":"gone"}}""", Usage, "[DONE]"] },
        { "another reason after the finish", [Chunk(Json), Last, FakeReply.Chunk(null, finish: "error"), Usage, "[DONE]"] },
        { "marks before the data", ["\ufeff" + Chunk(Json), "\ufeff" + Last, Usage, "\ufeff[DONE]"] },
        { "an empty reason on each chunk", [FakeReply.Chunk(Json[..5], finish: ""), FakeReply.Chunk(Json[5..], finish: ""), Last, Usage, "[DONE]"] },
    };

    [Theory]
    [MemberData(nameof(NoisyStreams))]
    public async Task Stream_WithAWholeAnswer_IsOne(string what, string[] events)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Events(events));

        var answer = await model.AskAsync();

        Assert.True(answer.Text == Json, what);
        Assert.Equal(100, answer.Usage?.InputTokenCount);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/octet-stream")]
    [InlineData("application/json")]
    public async Task Stream_UnderAWrongType_IsRead(string type)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Events(": hello", Chunk(Json), Last, Usage, "[DONE]") with { ContentType = type });
        Assert.Equal(Json, (await model.AskAsync()).Text);
    }

    [Fact]
    public async Task WholeBody_UnderTheTypeOfAStream_IsRead()
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json("\n" + FakeReply.Completion(Json)) with { ContentType = "text/event-stream" });
        Assert.Equal(Json, (await model.AskAsync()).Text);
    }

    [Theory]
    [InlineData("\ufeff", "")]
    [InlineData("\ufeff\ufeff \n", "\n\n")]
    [InlineData("", "\ufeff")]
    [InlineData("", "\u0000")]
    public async Task WholeBody_BetweenMarks_IsRead(string before, string after)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(before + FakeReply.Completion(Json) + after), stream: false);
        Assert.Equal(Json, (await model.AskAsync()).Text);
    }

    [Theory]
    [InlineData(@"\ud83d", @"\ude00")]
    [InlineData(@"a\ud83d", @"\ude00b")]
    public async Task SurrogatePair_SplitOverTwoChunks_IsOneCharacter(string first, string second)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Events(Raw(first), Raw(second), Last, Usage, "[DONE]"));
        Assert.Contains("\U0001F600", (await model.AskAsync()).Text);
    }

    [Theory]
    [InlineData(@"\ud83d", @"x")]
    [InlineData(@"\ud83d", @"\ud83d")]
    [InlineData(@"\ude00", @"x")]
    [InlineData(@"x", @"\ud83d")]
    public async Task HalfASurrogatePair_IsNoText(string first, string second)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Events(Raw(first), Raw(second), Last, Usage, "[DONE]"));
        Assert.Equal(FailureCodes.InvalidJson, (await model.FailAsync()).Failure.Code);
    }

    [Fact]
    public async Task Escapes_AreReadAsTheyMean()
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Events(Raw("""\"a\\\/\b\f\n\r\t\u00e9ü"""), Last, Usage, "[DONE]"));
        Assert.Equal("\"a\\/\b\f\n\r\té\u00fc", (await model.AskAsync()).Text);
    }

    [Fact]
    public async Task LongAnswer_OneTokenAChunk_CountsByItsContent()
    {
        var padding = new string('p', 1000);
        var chunk = """{"choices":[{"index":0,"delta":{"content":"word "}}],"padding":"P"}""".Replace("P", padding);
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Events([.. Enumerable.Repeat(chunk, 3300), Last, Usage, "[DONE]"]));

        Assert.Equal(3300 * 5, (await model.AskAsync()).Text.Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_OverItsLimit_IsCutOff(bool stream)
    {
        var part = new string('x', 64 * 1024);
        await using var model = await ModelUnderTest.StartAsync(_ => stream ? FakeReply.Events([.. Enumerable.Repeat(Chunk(part), 17), Last])
            : FakeReply.Json(FakeReply.Completion(string.Concat(Enumerable.Repeat(part, 17)))), stream);

        var error = await model.FailAsync();

        Assert.Equal(FailureCodes.ReplyTooLarge, error.Failure.Code);
        Assert.NotNull(error.FirstByteMs);
    }

    [Theory]
    [InlineData("<think>Draft: {\"title\": \"d\", \"amount\": 0}</think>\n")]
    [InlineData("\n<think>\n</think>\n\n")]
    [InlineData("<THINKING>a { b</THINKING>")]
    [InlineData("<think>a</think><think>b</think>")]
    [InlineData("◁think▷a {}◁/think▷")]
    [InlineData("Let me see: {\"title\": 1}.\n</think>\n\n")]
    public async Task Thinking_BeforeTheAnswer_IsReadPast(string thought)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(FakeReply.Completion(thought + Json)), stream: false);
        Assert.Equal(Json, (await model.AskAsync()).Text.Trim());
    }

    [Theory]
    [InlineData("""{"title": "about </think> marks"}""")]
    [InlineData("I wrote <think> here.")]
    public async Task MarksOfThinking_InsideAnAnswer_AreTextOfTheAnswer(string answer)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(FakeReply.Completion(answer)), stream: false);
        Assert.Equal(answer, (await model.AskAsync()).Text);
    }

    [Fact]
    public async Task Thinking_ThatDoesNotEnd_IsTruncatedAndSaysSo()
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(FakeReply.Completion("<think>On and on {}")), stream: false);

        var failure = (await model.FailAsync()).Failure;

        Assert.Equal(FailureCodes.OutputTruncated, failure.Code);
        Assert.Contains("maxOutputTokens", failure.Message);
    }

    [Theory]
    [InlineData("reasoning_content")]
    [InlineData("reasoning")]
    public async Task Answer_OnlyAmongTheThinking_CountsWhereItIsOneObject(string member)
    {
        foreach (var (thinking, isAnswer) in new[] { (Json, true), ("<think>hm</think>" + Json, true), ("I think " + Json, false), ("Nothing yet.", false) })
        {
            var message = $",\"{member}\":{System.Text.Json.JsonSerializer.Serialize(thinking)}";
            await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(FakeReply.Completion("", message: message)), stream: false);
            if (isAnswer)
            {
                Assert.Equal(Json, (await model.AskAsync()).Text);
                continue;
            }

            var failure = (await model.FailAsync()).Failure;
            Assert.Equal(FailureCodes.EmptyReply, failure.Code);
            Assert.Contains("thinking", failure.Message);
        }
    }

    [Fact]
    public async Task Answer_BesideItsThinking_IsTheContent()
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(FakeReply.Completion(Json, message: ",\"reasoning_content\":\"{\\\"title\\\":\\\"no\\\"}\"")), stream: false);
        Assert.Equal(Json, (await model.AskAsync()).Text);
    }

    static string Last => FakeReply.Chunk(null, finish: "stop");

    static string Usage => FakeReply.UsageChunk(usage: new FakeUsage(100, 20));

    static string Chunk(string text) => FakeReply.Chunk(text);

    static string Raw(string json) => "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + json + "\"},\"finish_reason\":null}]}";
}
