using DurableRouter.Core.Errors;
using DurableRouter.Simulation.Server;

namespace DurableRouter.Tests.Models;

/// <summary>Replies with status 200 that hold no answer.</summary>
public class OpenAIChatClientReplyTests
{
    [Theory]
    [InlineData(true, "length", "", FailureCodes.OutputTruncated, false)]
    [InlineData(false, "length", "", FailureCodes.OutputTruncated, false)]
    [InlineData(true, "content_filter", "", FailureCodes.ContentFiltered, false)]
    [InlineData(false, "content_filter", "", FailureCodes.ContentFiltered, false)]
    [InlineData(true, "stop", ",\"refusal\":\"I won't.\"", FailureCodes.Refused, false)]
    [InlineData(false, "stop", ",\"refusal\":\"I won't.\"", FailureCodes.Refused, false)]
    [InlineData(true, "tool_calls", ",\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"rm\",\"arguments\":\"{}\"}}]", FailureCodes.UnexpectedToolCall, false)]
    [InlineData(false, "stop", ",\"tool_calls\":[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"rm\",\"arguments\":\"{}\"}}]", FailureCodes.UnexpectedToolCall, false)]
    [InlineData(false, "function_call", ",\"function_call\":{\"name\":\"rm\",\"arguments\":\"{}\"}", FailureCodes.UnexpectedToolCall, false)]
    public async Task Answer_Unusable_IsNamedWithItsUsageAndWithoutItsText(bool stream, string finish, string member, string expected, bool retryable)
    {
        var usage = new FakeUsage(500, 60);
        var whole = FakeReply.Completion("secret words", usage: usage, finish: finish, message: member);
        await using var model = await ModelUnderTest.StartAsync(_ => stream
            ? FakeReply.Events(whole.Replace("\"message\":", "\"delta\":"), "[DONE]")
            : FakeReply.Json(whole), stream);

        var error = await model.FailAsync();

        Assert.Equal((expected, retryable), (error.Failure.Code, error.Failure.Retryable));
        Assert.Equal((500, 60, "echo-model"), (error.Usage!.InputTokenCount, error.Usage.OutputTokenCount, error.ModelId));
        Assert.DoesNotContain("secret words", error.ToString());
        Assert.DoesNotContain("I won't", error.ToString());
    }

    [Theory]
    [InlineData(",\"tool_calls\":[]")]
    [InlineData(",\"tool_calls\":null,\"refusal\":null")]
    [InlineData(",\"refusal\":\"\",\"function_call\":{}")]
    public async Task Answer_WithEmptyToolMembers_IsAnAnswer(string member)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(FakeReply.Completion("Fine.", message: member)), stream: false);

        Assert.Equal("Fine.", (await model.AskAsync()).Text);
    }

    [Theory]
    [InlineData("", FailureCodes.EmptyReply)]
    [InlineData("{\"choices\":[]}", FailureCodes.EmptyReply)]
    [InlineData("{}", FailureCodes.EmptyReply)]
    [InlineData("{\"choices\":[{\"message\":{\"content\":\"\"},\"finish_reason\":\"stop\"}]}", FailureCodes.EmptyReply)]
    [InlineData("{\"choices\":[{\"message\":{\"content\":null},\"finish_reason\":\"stop\"}]}", FailureCodes.EmptyReply)]
    [InlineData("{\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}", FailureCodes.ErrorInReply)]
    [InlineData("{\"error\":{\"message\":\"no more\",\"code\":\"insufficient_quota\"}}", FailureCodes.QuotaExhausted)]
    [InlineData("{\"error\":{\"message\":\"no\",\"code\":\"content_filter\"}}", FailureCodes.ContentFiltered)]
    [InlineData("{\"choices\":[{\"mess", FailureCodes.InvalidJson)]
    [InlineData("<html>welcome</html>", FailureCodes.InvalidJson)]
    [InlineData("[1]", FailureCodes.InvalidJson)]
    [InlineData("{} {}", FailureCodes.InvalidJson)]
    [InlineData("{\"choices\":[{\"message\":{\"content\":\"\\ud83d\"},\"finish_reason\":\"stop\"}]}", FailureCodes.InvalidJson)]
    public async Task Body_WithoutAnAnswer_IsAFailure(string body, string expected)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(body), stream: false);

        Assert.Equal(expected, (await model.FailAsync()).Failure.Code);
    }

    public static TheoryData<string, string[], string> BrokenStreams => new()
    {
        { "nothing", [], FailureCodes.IncompleteStream },
        { "no end", [FakeReply.Chunk("Half an ans")], FailureCodes.IncompleteStream },
        { "empty", ["[DONE]"], FailureCodes.EmptyReply },
        { "no text", [FakeReply.Chunk(null, finish: "stop"), "[DONE]"], FailureCodes.EmptyReply },
        { "error", [FakeReply.Chunk("Half"), """{"error":{"message":"the upstream went away","code":"server_error"}}""", "[DONE]"], FailureCodes.ErrorInReply },
        { "garbage", [FakeReply.Chunk("Half"), "not json"], FailureCodes.InvalidJson },
    };

    [Theory]
    [MemberData(nameof(BrokenStreams))]
    public async Task Stream_Broken_IsAFailure(string what, string[] events, string expected)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Events(events));

        Assert.True(expected == (await model.FailAsync()).Failure.Code, what);
    }

    [Fact]
    public async Task Stream_FailedAfterItsUsage_StillCarriesIt()
    {
        await using var model = await ModelUnderTest.StartAsync(_ =>
            FakeReply.Events(FakeReply.Chunk("Half"), FakeReply.UsageChunk(usage: new FakeUsage(11, 3)), """{"error":{"message":"gone"}}"""));

        Assert.Equal(11, (await model.FailAsync()).Usage!.InputTokenCount);
    }
}
