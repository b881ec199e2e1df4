using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Models;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Models;

public class OpenAIChatClientFailureTests
{
    [Theory]
    [InlineData(400, null, FailureCodes.BadRequest, false)]
    [InlineData(400, "context_length_exceeded", FailureCodes.ContextTooLong, false)]
    [InlineData(400, "content_filter", FailureCodes.ContentFiltered, false)]
    [InlineData(401, "invalid_api_key", FailureCodes.Unauthorized, false)]
    [InlineData(402, null, FailureCodes.QuotaExhausted, false)]
    [InlineData(403, null, FailureCodes.Unauthorized, false)]
    [InlineData(404, "model_not_found", FailureCodes.BadRequest, false)]
    [InlineData(408, null, FailureCodes.UpstreamError, true)]
    [InlineData(409, null, FailureCodes.UpstreamError, true)]
    [InlineData(413, null, FailureCodes.BadRequest, false)]
    [InlineData(429, "rate_limit_exceeded", FailureCodes.RateLimited, true)]
    [InlineData(429, "insufficient_quota", FailureCodes.QuotaExhausted, false)]
    [InlineData(500, null, FailureCodes.UpstreamError, true)]
    [InlineData(503, null, FailureCodes.UpstreamError, true)]
    [InlineData(529, null, FailureCodes.UpstreamError, true)]
    public async Task Status_NotASuccess_IsNamedAndNeverRetriedHere(int status, string? code, string expected, bool retryable)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Error(status, "what the provider says", code));

        var failure = (await model.FailAsync()).Failure;

        Assert.Equal((expected, retryable), (failure.Code, failure.Retryable));
        Assert.Contains($"{status}: what the provider says", failure.Message);
        Assert.Single(model.Endpoint.Calls);
    }

    [Theory]
    [InlineData("", FailureCodes.BadRequest)]
    [InlineData("<html>Bad Gateway</html>", FailureCodes.BadRequest)]
    [InlineData("[{\"error\":{\"code\":400,\"message\":\"no\"}}]", FailureCodes.BadRequest)]
    [InlineData("{\"error\":\"just text\"}", FailureCodes.BadRequest)]
    [InlineData("{\"object\":\"error\",\"message\":\"This model's maximum context length is 4096 tokens.\",\"code\":400}", FailureCodes.ContextTooLong)]
    [InlineData("{\"error\":{\"code\":null,\"message\":\"filtered\",\"innererror\":{\"code\":\"ResponsibleAIPolicyViolation\"}}}", FailureCodes.ContentFiltered)]
    public async Task ErrorBody_OfAnyShape_IsRead(string body, string expected)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(body, 400));

        Assert.Equal(expected, (await model.FailAsync()).Failure.Code);
    }

    [Theory]
    [InlineData("Retry-After", "7", 7_000)]
    [InlineData("Retry-After", "0.5", 500)]
    [InlineData("retry-after-ms", "1250", 1_250)]
    [InlineData("x-ms-retry-after-ms", "1750", 1_750)]
    [InlineData("X-MS-Retry-After-MS", "-1", null)]
    [InlineData("Retry-After", "99999999999999999999", 86_400_000)]
    [InlineData("Retry-After", "Fri, 01 Jan 2021 00:00:00 GMT", 0)]
    [InlineData("Retry-After", "soon", null)]
    [InlineData("Retry-After", "-5", null)]
    [InlineData("Retry-After", "Friday, 01-Jan-21 00:00:00 GMT", 0)]
    [InlineData("Retry-After", "Fri Jan  1 00:00:00 2021", 0)]
    [InlineData("x-ratelimit-reset-requests", "1s", 1_000)]
    [InlineData("x-ratelimit-reset-tokens", "6m0s", 360_000)]
    [InlineData("x-ratelimit-reset-tokens", "1m2.5s", 62_500)]
    [InlineData("x-ratelimit-reset-requests", "120ms", 120)]
    [InlineData("x-ratelimit-reset-requests", "12", 12_000)]
    [InlineData("x-ratelimit-reset", "1609459200", 0)]
    [InlineData("X-RateLimit-Reset", "1609459200000", 0)]
    [InlineData("x-ratelimit-reset-requests", "-3s", null)]
    [InlineData("x-ratelimit-reset-requests", "soon", null)]
    [InlineData("x-ratelimit-reset-requests", "999999999d", 86_400_000)]
    public async Task RateLimit_WithAWait_TellsIt(string header, string value, int? milliseconds)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Error(429, "slow down", null, (header, value)));

        var failure = (await model.FailAsync()).Failure;

        Assert.Equal(milliseconds, failure.RetryAfter?.TotalMilliseconds);
    }

    [Fact]
    public async Task RateLimit_WithADate_WaitsUntilThen()
    {
        var date = DateTimeOffset.UtcNow.AddSeconds(40).ToString("r", CultureInfo.InvariantCulture);
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Error(503, "later", null, ("Retry-After", date)));

        Assert.InRange((await model.FailAsync()).Failure.RetryAfter!.Value.TotalSeconds, 30, 41);
    }

    [Fact]
    public async Task RateLimit_WithBothHeaders_TakesTheFinerOne()
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Error(429, "slow", null, ("Retry-After", "2"), ("retry-after-ms", "1100")));

        Assert.Equal(TimeSpan.FromMilliseconds(1100), (await model.FailAsync()).Failure.RetryAfter);
    }

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
    [InlineData(true)]
    [InlineData(false)]
    public async Task Answer_ThatRepeatsTheKey_IsRefused_AndNothingOfItIsKept(bool inTheText)
    {
        await using var model = await ModelUnderTest.StartAsync(call => FakeReply.Json(inTheText
            ? FakeReply.Completion($"I was asked with {call.Headers["Authorization"]}.")
            : FakeReply.Completion("Fine.", model: call.Headers["Authorization"])), stream: false);

        var error = await model.FailAsync();

        Assert.Equal(FailureCodes.SecretInReply, error.Failure.Code);
        Assert.Null(error.ModelId);
        Assert.DoesNotContain(ModelUnderTest.Secret, error.ToString());
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

    [Theory]
    [InlineData("{\"error\":{\"message\":\"overloaded\",\"code\":502}}", true)]
    [InlineData("{\"error\":{\"message\":\"no such thing\",\"code\":404}}", false)]
    public async Task ErrorInReply_IsRetryableByItsOwnStatus(string body, bool retryable)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(body));

        Assert.Equal((FailureCodes.ErrorInReply, retryable), ((await model.FailAsync()).Failure.Code, (await model.FailAsync()).Failure.Retryable));
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
    public async Task RateLimitReset_OfTheLimitThatIsUsedUp_Counts()
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Error(429, "slow", null,
            ("x-ratelimit-remaining-requests", "12"), ("x-ratelimit-reset-requests", "40s"),
            ("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "3s")));

        Assert.Equal(TimeSpan.FromSeconds(3), (await model.FailAsync()).Failure.RetryAfter);
    }

    [Fact]
    public async Task Stream_FailedAfterItsUsage_StillCarriesIt()
    {
        await using var model = await ModelUnderTest.StartAsync(_ =>
            FakeReply.Events(FakeReply.Chunk("Half"), FakeReply.UsageChunk(usage: new FakeUsage(11, 3)), """{"error":{"message":"gone"}}"""));

        Assert.Equal(11, (await model.FailAsync()).Usage!.InputTokenCount);
    }

    [Theory]
    [InlineData(true, FailureCodes.IncompleteStream)]
    [InlineData(false, FailureCodes.ConnectionLost)]
    public async Task Connection_DroppedInTheBody_IsAFailure(bool stream, string expected)
    {
        var half = stream ? $"data: {FakeReply.Chunk("Half")}\n\n" : FakeReply.Completion("Half")[..40];
        await using var model = await ModelUnderTest.StartAsync(_ => new FakeReply
        {
            ContentType = stream ? "text/event-stream" : "application/json",
            Parts = [new SendPart(half), new PausePart(TimeSpan.FromMilliseconds(50)), new DropPart()],
        }, stream);

        var failure = (await model.FailAsync()).Failure;

        Assert.Equal((expected, true), (failure.Code, failure.Retryable));
    }

    [Fact]
    public async Task Connection_DroppedBeforeTheReply_IsAFailureOfOneCall()
    {
        await using var model = await ModelUnderTest.StartAsync(_ => new FakeReply { Parts = [new DropPart()] });

        var failure = (await model.FailAsync()).Failure;

        Assert.Equal((FailureCodes.ConnectionLost, true), (failure.Code, failure.Retryable));
        Assert.Single(model.Endpoint.Calls);
    }

    [Fact]
    public async Task Connection_Refused_NamesTheEndpoint()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://{listener.LocalEndpoint}/v1");
        listener.Stop();
        using var factory = new ChatClientFactory(_ => ModelUnderTest.Secret, TimeProvider.System);
        var model = ModelUnderTest.Entry("model-a");
        var client = factory.Get(ModelUnderTest.CatalogOf(address, model), model);

        var error = await Assert.ThrowsAsync<ModelCallException>(() => client.GetResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "Hello.")]));

        Assert.Equal((FailureCodes.ConnectionFailed, true), (error.Failure.Code, error.Failure.Retryable));
        Assert.Contains(address.Authority, error.Message);
    }

    public static TheoryData<string, FakeReply> HugeReplies => new()
    {
        { "gzip bomb", FakeReply.Gzipped(FakeReply.Completion(new string('a', 20_000_000))) },
        { "gzip bomb in a stream", FakeReply.Gzipped($"data: {FakeReply.Chunk(new string('a', 20_000_000))}\n\n", "text/event-stream") },
        { "one endless string", new FakeReply { Parts = [new SendPart("{\"choices\":[{\"message\":{\"content\":\""), new DripPart(new byte[64 * 1024], TimeSpan.Zero)] } },
        { "endless events", FakeReply.Events().Then(new DripPart(Encoding.UTF8.GetBytes($"data: {FakeReply.Chunk("more and more")}\n\n"), TimeSpan.Zero)) },
        { "one endless line", new FakeReply { ContentType = "text/event-stream", Parts = [new DripPart(Encoding.UTF8.GetBytes(new string('d', 65_536)), TimeSpan.Zero)] } },
    };

    [Theory]
    [MemberData(nameof(HugeReplies))]
    public async Task Reply_OverOneMebibyteDecoded_IsCutOff(string what, FakeReply reply)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => reply);

        var failure = (await model.FailAsync()).Failure;

        Assert.True((failure.Code, failure.Retryable) == (FailureCodes.ReplyTooLarge, false), what);
    }

    [Fact]
    public async Task Reply_JustUnderTheLimit_IsAnAnswer()
    {
        var text = new string('a', 1_000_000);
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(FakeReply.Completion(text)), stream: false);

        Assert.Equal(text.Length, (await model.AskAsync()).Text.Length);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirect_IsRefusedAndTheKeyGoesNowhere(int status)
    {
        await using var other = await FakeModelEndpoint.StartAsync();
        await using var model = await ModelUnderTest.StartAsync(_ => new FakeReply
        {
            Status = status,
            Headers = new Dictionary<string, string> { ["Location"] = other.Address + "/chat/completions?token=abc" },
        });

        var failure = (await model.FailAsync()).Failure;

        Assert.Equal((FailureCodes.Redirected, false), (failure.Code, failure.Retryable));
        Assert.DoesNotContain("token", failure.Message);
        Assert.Empty(other.Calls);
    }

    [Theory]
    [InlineData(401, "Incorrect API key provided: " + ModelUnderTest.Secret + ".")]
    [InlineData(500, "crash with Authorization: Bearer " + ModelUnderTest.Secret)]
    [InlineData(400, "key canary-Zq7X****d4-key is not allowed")]
    [InlineData(200, "echo of " + ModelUnderTest.Secret)]
    public async Task Failure_WhoseTextEchoesTheKey_HidesIt(int status, string message)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Error(status, message));

        var error = await model.FailAsync();

        foreach (var text in new[] { error.ToString(), error.Failure.ToString() })
        {
            Assert.DoesNotContain(ModelUnderTest.Secret, text);
            Assert.DoesNotContain("canary-Zq7X", text);
            Assert.DoesNotContain("d4-key", text);
        }

        Assert.Contains("[redacted]", error.Message);
    }

    [Fact]
    public async Task Failure_WithALongHostileMessage_IsOneShortLine()
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Error(400, "first\u001b[31m\r\n" + new string('ü', 5000)));

        var message = (await model.FailAsync()).Failure.Message;

        Assert.InRange(Encoding.UTF8.GetByteCount(message), 1000, 1024);
        Assert.DoesNotContain(message, char.IsControl);
    }
}
