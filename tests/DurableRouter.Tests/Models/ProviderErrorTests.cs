using System.Text.Json;
using DurableRouter.Core.Errors;
using DurableRouter.Simulation.Server;

namespace DurableRouter.Tests.Models;

/// <summary>What endpoints of many makers say when they refuse: filters, windows, waits, and bodies of any form.</summary>
public class ProviderErrorTests
{
    [Theory]
    [InlineData(400, """{"error":{"message":"Invalid prompt: flagged under the usage policy.","type":"invalid_request_error","code":"invalid_prompt"}}""")]
    [InlineData(400, """{"error":{"message":"This request has been flagged for possible cyber abuse.","code":"cyber_policy"}}""")]
    [InlineData(400, """{"error":{"message":"no","code":"data_inspection_failed"}}""")]
    [InlineData(400, """{"code":"DataInspectionFailed","message":"Output data may contain inappropriate content."}""")]
    [InlineData(400, """{"error":{"message":"Content Exists Risk","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}""")]
    [InlineData(400, """{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","code":"400"}}""")]
    [InlineData(400, """{"error":{"code":"1301","message":"no"}}""")]
    [InlineData(400, """{"error":{"code":null,"message":"no","innererror":{"code":"ResponsibleAIPolicyViolation"}}}""")]
    [InlineData(403, """{"error":{"message":"Input was flagged","code":403,"metadata":{"reasons":["violence"],"flagged_input":"a"}}}""")]
    [InlineData(403, """{"error":{"message":"requires moderation on Provider. Your input was flagged for \"sexual\"","code":403}}""")]
    [InlineData(400, """{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\"error\":{\"message\":\"Content violates usage guidelines. Failed check: SAFETY\"}}"}}}""")]
    [InlineData(400, """[{"error":{"code":400,"message":"The prompt was blocked: PROHIBITED_CONTENT","status":"INVALID_ARGUMENT"}}]""")]
    [InlineData(422, """{"detail":"Your prompt contains sensitive words."}""")]
    [InlineData(451, "")]
    [InlineData(200, """{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"},"usageMetadata":{"promptTokenCount":5}}""")]
    [InlineData(200, """{"error":{"message":"The request was blocked by our safety system","code":"server_error"}}""")]
    [InlineData(500, """{"error":{"message":"blocked by the content filter"}}""")]
    public async Task Filter_InAnyVendorsWords_IsAFilter(int status, string body) => Assert.Equal(FailureCodes.ContentFiltered, await CodeOfAsync(status, body));

    [Theory]
    [InlineData(400, "prompt is too long: 210000 tokens > 200000 maximum")]
    [InlineData(400, "input length and `max_tokens` exceed context limit: 199000 + 4096 > 200000")]
    [InlineData(400, "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).")]
    [InlineData(400, "Input is too long for requested model.")]
    [InlineData(400, "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.")]
    [InlineData(400, "The decoder prompt (length 40000) is longer than the maximum model length of 32768.")]
    [InlineData(400, "The input (9000 tokens) is longer than the model's context length (8192 tokens).")]
    [InlineData(422, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 `inputs` tokens and 100 `max_new_tokens`")]
    [InlineData(422, "Input validation error: `inputs` must have less than 4095 tokens. Given: 5000")]
    [InlineData(400, "Trying to keep the first 4500 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens")]
    [InlineData(400, "the request exceeds the available context size, try increasing it")]
    [InlineData(400, "Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length")]
    [InlineData(400, "too many tokens: total number of tokens in the prompt cannot exceed 4081")]
    [InlineData(400, "This model's maximum prompt length is 131072 but the request contains 537812 tokens.")]
    [InlineData(400, "Please reduce the length of the messages or completion.")]
    [InlineData(500, "input is too large for the context window")]
    [InlineData(413, "no")]
    public async Task Window_InAnyVendorsWords_IsTooLong(int status, string message)
    {
        var said = JsonSerializer.Serialize(message);
        Assert.Equal(FailureCodes.ContextTooLong, await CodeOfAsync(status, "{\"error\":{\"message\":" + said + "}}"));
        Assert.Equal(FailureCodes.ContextTooLong, await CodeOfAsync(status, "{\"type\":\"error\",\"message\":" + said + ",\"code\":400}"));
    }

    [Theory]
    [InlineData(429, """{"error":{"message":"Rate limit reached: tokens per minute (TPM): Limit 6000, Requested 7000.","code":"rate_limit_exceeded"}}""", FailureCodes.RateLimited)]
    [InlineData(429, """{"error":{"message":"Too many tokens, please wait before trying again."}}""", FailureCodes.RateLimited)]
    [InlineData(429, """{"error":{"message":"You exceeded your current quota. Please retry in 34.07s."}}""", FailureCodes.RateLimited)]
    [InlineData(429, """{"error":{"message":"You exceeded your current quota, please check your plan and billing details."}}""", FailureCodes.QuotaExhausted)]
    [InlineData(400, """{"error":{"message":"Your credit balance is too low to access the API."}}""", FailureCodes.QuotaExhausted)]
    [InlineData(400, """{"error":{"message":"Unrecognized request argument supplied: foo"}}""", FailureCodes.BadRequest)]
    [InlineData(400, """{"detail":[{"loc":["body"],"msg":"extra field","type":"value_error","input":"what our safety policy flagged as too long a prompt"}]}""", FailureCodes.BadRequest)]
    [InlineData(401, """{"error":{"message":"Your key violates the usage policy"}}""", FailureCodes.Unauthorized)]
    public async Task OtherRefusals_AreNotTakenForAFilterOrAWindow(int status, string body, string expected) => Assert.Equal(expected, await CodeOfAsync(status, body));

    [Theory]
    [InlineData("""[{"error":{"code":429,"message":"Quota exceeded. Please retry in 20s.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"20s"}]}}]""", 20d)]
    [InlineData("""{"error":{"message":"no","details":[{"retryDelay":{"seconds":"7","nanos":500000000}}]}}""", 7.5)]
    [InlineData("""{"error":{"message":"Rate limit reached for m. Please try again in 2.5s. Visit us."}}""", 2.5)]
    [InlineData("""{"error":{"message":"Please try again in 6m0s."}}""", 360d)]
    [InlineData("""{"error":{"message":"Please try again in 1h2m3s."}}""", 3723d)]
    [InlineData("""{"error":{"message":"Please try again in 350ms."}}""", 0.35)]
    [InlineData("""{"error":{"message":"Please retry after 30 seconds."}}""", 30d)]
    [InlineData("""{"error":{"message":"Limit reached, wait 2 minutes and 5 seconds."}}""", 125d)]
    [InlineData("""{"message":"slow down","retry_after":3.5}""", 3.5)]
    [InlineData("""{"error":{"message":"slow down","retry_after_ms":1200}}""", 1.2)]
    [InlineData("Too many requests. Try again in 9 seconds.", 9d)]
    [InlineData("""{"error":{"message":"Too many requests since 10 seconds"}}""", null)]
    [InlineData("""{"error":{"message":"no","retry_after":-3}}""", null)]
    public async Task Wait_InTheBody_IsTheWait(string body, double? seconds)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(body, 429));

        var failure = (await model.FailAsync()).Failure;

        Assert.Equal((FailureCodes.RateLimited, true, seconds), (failure.Code, failure.Retryable, failure.RetryAfter?.TotalSeconds));
    }

    [Fact]
    public async Task Wait_InTheBodyOfAnErrorInASuccess_IsTheWait()
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json("""{"error":{"code":429,"message":"Please try again in 4s."}}"""));

        var failure = (await model.FailAsync()).Failure;

        Assert.Equal((FailureCodes.RateLimited, TimeSpan.FromSeconds(4)), (failure.Code, failure.RetryAfter));
    }

    [Theory]
    [InlineData("""{"detail":[{"loc":["body","messages",0],"msg":"field required","type":"value_error.missing"},{"loc":["body","model"],"msg":"str expected"}]}""",
        "body.messages.0: field required; body.model: str expected")]
    [InlineData("""{"detail":"Not authenticated for this"}""", "Not authenticated for this")]
    [InlineData("""{"errors":[{"message":"first"},{"message":"second"}]}""", "first; second")]
    [InlineData("""{"error":{"message":{"text":"no"},"detail":"the inner one"}}""", "the inner one")]
    [InlineData("""{"error":"invalid_grant","error_description":"the words"}""", "the words")]
    [InlineData("""{"fault":{"faultstring":"policy script failed"}}""", "policy script failed")]
    [InlineData("""{"Message":"of a gateway"}""", "of a gateway")]
    [InlineData("\ufeff{\"error\":{\"message\":\"behind a mark\"}}", "behind a mark")]
    [InlineData("<!DOCTYPE html><html><head><title>502 Bad Gateway</title><style>p{}</style></head><body><center>nginx &amp; co</center></body></html>", "502 Bad Gateway nginx & co")]
    [InlineData("upstream connect error or disconnect", "upstream connect error or disconnect")]
    [InlineData("\"just a string\"", "just a string")]
    public async Task Message_InABodyOfAnyForm_ReachesTheUser(string body, string expected)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(body, 400));

        Assert.EndsWith(": " + expected, (await model.FailAsync()).Failure.Message);
    }

    [Theory]
    [InlineData("{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"the key KEY is unknown\"}]}")]
    [InlineData("<html><title>KEY</title><body>no</body></html>")]
    [InlineData("no key KEY")]
    public async Task Message_ThatRepeatsTheKey_IsRedacted(string body)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(body.Replace("KEY", ModelUnderTest.Secret), 400));

        Assert.DoesNotContain(ModelUnderTest.Secret, (await model.FailAsync()).ToString());
    }

    static async Task<string> CodeOfAsync(int status, string body)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(body, status), stream: false);
        return (await model.FailAsync()).Failure.Code;
    }
}
