using System.Text;
using DurableRouter.Core.Errors;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Models;

/// <summary>What a provider refuses with: a status or an error in the body.</summary>
public class OpenAIChatClientErrorTests
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
    [InlineData(413, null, FailureCodes.ContextTooLong, false)]
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
    [InlineData("{\"error\":{\"message\":\"overloaded\",\"code\":502}}", true)]
    [InlineData("{\"error\":{\"message\":\"no such thing\",\"code\":404}}", false)]
    public async Task ErrorInReply_IsRetryableByItsOwnStatus(string body, bool retryable)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(body));

        Assert.Equal((FailureCodes.ErrorInReply, retryable), ((await model.FailAsync()).Failure.Code, (await model.FailAsync()).Failure.Retryable));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Redirect_IsRefusedAndTheKeyGoesNowhere(int status)
    {
        await using var other = await FakeModelEndpoint.StartAsync(SaneReplies.For);
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

    [Fact]
    public async Task Failure_WithALongHostileMessage_IsOneShortLine()
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Error(400, "first\u001b[31m\r\n" + new string('ü', 5000)));

        var message = (await model.FailAsync()).Failure.Message;

        Assert.InRange(Encoding.UTF8.GetByteCount(message), 1000, 1024);
        Assert.DoesNotContain(message, char.IsControl);
    }
}
