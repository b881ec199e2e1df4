using System.Text;
using System.Text.RegularExpressions;

namespace DurableRouter.Tests.Http;

public abstract partial class HttpContractTests
{
    const string Hello = """{"input":{"text":"hello"}}""";

    [Fact]
    public async Task Start_ValidInput_AnswersLinksOfADurableRun()
    {
        await using var host = await OpenAsync();
        var reply = await host.PostAsync("/api/pipelines/quick/runs", """{"input":{"text":"hello"},"tags":{"team":"a"},"options":{"budgetUsd":0.1}}""");
        Assert.Equal(202, reply.Status);
        var id = reply.Json.GetProperty("id").GetString()!;
        Assert.Matches(new Regex("^run-[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"), id);
        var run = $"{host.Address.AbsoluteUri}api/runs/{id}";
        Assert.Equal(run, reply.Header("Location"));
        Assert.Equal("2", reply.Header("Retry-After"));
        Assert.Null(reply.Header("Idempotent-Replayed"));
        Assert.Equal(run, reply.Json.GetProperty("statusQueryGetUri").GetString());
        Assert.Equal(run + "/events", reply.Json.GetProperty("eventsGetUri").GetString());
        foreach (var link in new[] { "sendEventPostUri", "terminatePostUri", "suspendPostUri", "resumePostUri", "purgeHistoryDeleteUri", "portalUri" })
        {
            Assert.StartsWith(host.Address.AbsoluteUri, reply.Json.GetProperty(link).GetString());
        }

        Assert.True((await host.GetAsync($"/api/runs/{id}")).Status is 200 or 202);
        var page = await host.GetAsync(new Uri(reply.Json.GetProperty("portalUri").GetString()!).AbsolutePath);
        Assert.Equal((302, run), (page.Status, page.Header("Location")));
    }

    [Fact]
    public async Task Start_PipelineInTheBody_StartsThatPipeline()
    {
        await using var host = await OpenAsync(o => o.DefaultPipeline = "quick");
        var named = await host.PostAsync("/api/runs", """{"pipeline":"held","input":{"text":"x"}}""");
        var status = await host.GetAsync($"/api/runs/{named.Json.GetProperty("id").GetString()}");
        Assert.Equal("held", status.Json.GetProperty("pipeline").GetString());
        var unnamed = await host.PostAsync("/api/runs", Hello, ("Prefer", "wait=60"));
        Assert.Equal("quick", unnamed.Json.GetProperty("pipeline").GetString());
    }

    [Fact]
    public async Task Start_PreferWait_AnswersTheFinishedRun()
    {
        await using var host = await OpenAsync();
        var reply = await host.PostAsync("/api/pipelines/quick/runs", Hello, ("Prefer", "respond-async, wait=60"));
        Assert.Equal(200, reply.Status);
        Assert.Equal("Completed", reply.Json.GetProperty("runtimeStatus").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Object, reply.Json.GetProperty("output").ValueKind);
    }

    [Fact]
    public async Task Start_PreferWaitOnAHeldRun_AnswersItsLinks()
    {
        await using var host = await OpenAsync();
        var reply = await host.PostAsync("/api/pipelines/held/runs", Hello, ("Prefer", "wait=60"));
        Assert.Equal(202, reply.Status);
        Assert.NotNull(reply.Json.GetProperty("statusQueryGetUri").GetString());
    }

    [Fact]
    public async Task Start_SameKeySameRequest_IsTheSameRun()
    {
        await using var host = await OpenAsync();
        var key = NewKey();
        var first = await host.PostAsync("/api/pipelines/quick/runs", """{"input":{"text":"a"},"tags":{"x":"1","y":"2"}}""",
            ("Idempotency-Key", key));
        var again = await host.PostAsync("/api/runs", """{ "tags": {"y":"2", "x":"1"}, "pipeline": "quick", "input": {"text":"\u0061"} }""",
            ("Idempotency-Key", key));
        Assert.Null(first.Header("Idempotent-Replayed"));
        Assert.Equal("true", again.Header("Idempotent-Replayed"));
        Assert.Equal(first.Json.GetProperty("id").GetString(), again.Json.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("/api/pipelines/quick/runs", """{"input":{"text":"b"}}""")]
    [InlineData("/api/pipelines/held/runs", """{"input":{"text":"a"}}""")]
    public async Task Start_SameKeyAnotherRequest_IsRefused(string path, string body)
    {
        await using var host = await OpenAsync();
        var key = NewKey();
        await host.PostAsync("/api/pipelines/quick/runs", """{"input":{"text":"a"}}""", ("Idempotency-Key", key));
        (await host.PostAsync(path, body, ("Idempotency-Key", key))).IsProblem(422, "idempotency_mismatch");
    }

    [Fact]
    public async Task Start_ManyConcurrentWithOneKey_MakeOneRun()
    {
        await using var host = await OpenAsync();
        var (key, tag) = (NewKey(), $"crowd-{Guid.NewGuid():N}");
        var body = $$"""{"input":{"text":"hello"},"tags":{"{{tag}}":"1"} }""";
        var replies = await Task.WhenAll(Enumerable.Range(0, ManyAtOnce).Select(_ =>
            host.PostAsync("/api/pipelines/quick/runs", body, ("Idempotency-Key", key))));
        Assert.All(replies, r => Assert.Equal(202, r.Status));
        Assert.Single(replies.Select(r => r.Json.GetProperty("id").GetString()).Distinct());
        Assert.Single(replies, r => r.Header("Idempotent-Replayed") is null);
        Assert.Single((await host.GetAsync($"/api/runs?tag={tag}")).Json.GetProperty("value").EnumerateArray());
    }

    static string NewKey() => $"k-{Guid.NewGuid():N}";

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    public async Task Start_BadKey_IsRefused(string key)
    {
        await using var host = await OpenAsync();
        var reply = await host.PostAsync("/api/pipelines/quick/runs", Hello, ("Idempotency-Key", key));
        Assert.Equal(400, reply.Status);
    }

    [Fact]
    public async Task Start_KeyTooLong_IsRefused()
    {
        await using var host = await OpenAsync();
        (await host.PostAsync("/api/pipelines/quick/runs", Hello, ("Idempotency-Key", new string('k', 256)))).IsProblem(400, "parameter_invalid");
        var longest = await host.PostAsync("/api/pipelines/quick/runs", Hello, ("Idempotency-Key", NewKey().PadRight(255, 'k')));
        Assert.Equal(202, longest.Status);
    }

    [Theory]
    [InlineData("""{"input":{}}""", "/input")]
    [InlineData("""{"input":{"text":1}}""", "/input/text")]
    [InlineData("""{"input":{"text":"a","more":1}}""", "/input")]
    [InlineData("""{"input":"text"}""", "/input")]
    [InlineData("""{"input":{"text":"a"},"options":{"route":"nowhere"}}""", "/options/route")]
    public async Task Start_InputBreaksTheSchema_NamesThePlaces(string body, string pointer)
    {
        await using var host = await OpenAsync();
        var before = await NewestAsync();
        var reply = (await host.PostAsync("/api/pipelines/quick/runs", body)).IsProblem(422, "input_invalid");
        Assert.StartsWith(pointer, Assert.Single(reply.Pointers));
        Assert.Equal(before, await NewestAsync());

        async Task<IEnumerable<string?>> NewestAsync() =>
            (await host.GetAsync("/api/runs?top=10")).Json.GetProperty("value").EnumerateArray()
                .Select(run => run.GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("""{}""", "/input")]
    [InlineData("""[]""", "")]
    [InlineData("""{"input":{"text":"a"},"inptu":1}""", "/inptu")]
    [InlineData("""{"input":{"text":"a"},"a/b~c":1}""", "/a~1b~0c")]
    [InlineData("""{"input":{"text":"a"},"pipeline":"quick"}""", "/pipeline")]
    [InlineData("""{"input":{"text":"a"},"tags":{"x":1}}""", "/tags/x")]
    [InlineData("""{"input":{"text":"a"},"tags":[]}""", "/tags")]
    [InlineData("""{"input":{"text":"a"},"options":{"budgetUsd":-1}}""", "/options/budgetUsd")]
    [InlineData("""{"input":{"text":"a"},"options":{"budgetUsd":"1"}}""", "/options/budgetUsd")]
    [InlineData("""{"input":{"text":"a"},"options":{"baseUrl":"http://x"}}""", "/options/baseUrl")]
    public async Task Start_MembersWrong_NamesThePlaces(string body, string pointer)
    {
        await using var host = await OpenAsync();
        var reply = (await host.PostAsync("/api/pipelines/quick/runs", body)).IsProblem(400, "request_invalid");
        Assert.Equal(pointer, Assert.Single(reply.Pointers));
    }

    [Fact]
    public async Task Start_CallbackUrl_IsRefusedPlainly()
    {
        await using var host = await OpenAsync();
        var reply = await host.PostAsync("/api/pipelines/quick/runs", """{"input":{"text":"a"},"callbackUrl":"http://169.254.169.254/"}""");
        reply.IsProblem(400, "request_invalid");
    }

    [Theory]
    [InlineData("{\"input\":\n {\"text\":\"a\",\"text\":\"b\"}}", "line 2, byte 14", "twice")]
    [InlineData("{\"input\":{\"text\":\"a\"}} {}", "line 1, byte 24", "not valid JSON")]
    [InlineData("{\"input\":", "line 1", "not valid JSON")]
    [InlineData("", "line 1", "not valid JSON")]
    [InlineData("{\"input\":{\"text\":\"\\ud800\"}}", "line 1, byte 18", "surrogate")]
    [InlineData("{'input':1}", "line 1", "not valid JSON")]
    [InlineData("{\"input\":{\"te\\u0078t\":\"a\",\"text\":\"b\"}}", "line 1", "twice")]
    public async Task Start_BrokenJson_NamesThePosition(string body, string position, string what)
    {
        await using var host = await OpenAsync();
        var detail = (await host.PostAsync("/api/pipelines/quick/runs", body)).IsProblem(400, "json_invalid").Json.GetProperty("detail").GetString();
        Assert.Contains(position, detail);
        Assert.Contains(what, detail);
    }

    [Fact]
    public async Task Start_TooDeep_NamesTheLimit()
    {
        await using var host = await OpenAsync();
        var body = $$"""{"input":{"text":{{new string('[', 64)}}{{new string(']', 64)}} } }""";
        var detail = (await host.PostAsync("/api/pipelines/quick/runs", body)).IsProblem(400, "json_invalid").Json.GetProperty("detail").GetString();
        Assert.Contains("64 levels", detail);
    }

    [Fact]
    public async Task Start_InvalidUtf8_NamesThePosition()
    {
        await using var host = await OpenAsync();
        var content = new ByteArrayContent([.. "{\"input\":{\"text\":\"a"u8, 0xC3, 0x28, .. "\"}}"u8]);
        content.Headers.ContentType = new("application/json");
        var reply = (await host.SendAsync(HttpMethod.Post, "/api/pipelines/quick/runs", content)).IsProblem(400, "json_invalid");
        Assert.Contains("UTF-8 (line 1, byte 20)", reply.Json.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData(null)]
    public async Task Start_NotJson_IsRefused(string? mediaType)
    {
        await using var host = await OpenAsync();
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Hello));
        if (mediaType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        }

        (await host.SendAsync(HttpMethod.Post, "/api/pipelines/quick/runs", content)).IsProblem(415, "media_type_unsupported");
    }

    [Fact]
    public async Task Start_CompressedBody_IsRefusedByItsName()
    {
        await using var host = await OpenAsync();
        var content = ContractHost.Json(Hello);
        content.Headers.ContentEncoding.Add("gzip");
        var reply = await host.SendAsync(HttpMethod.Post, "/api/pipelines/quick/runs", content);
        Assert.Contains("Content-Encoding", reply.IsProblem(415, "media_type_unsupported").Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_UnknownPipeline_IsNotFound()
    {
        await using var host = await OpenAsync();
        (await host.PostAsync("/api/pipelines/nothing/runs", Hello)).IsProblem(404, "pipeline_not_found");
        (await host.PostAsync("/api/runs", """{"pipeline":"../etc","input":{}}""")).IsProblem(400, "id_invalid");
    }

    [Fact]
    public async Task Start_LargeField_TravelsByContentAndComesBack()
    {
        await using var host = await OpenAsync();
        var text = string.Concat(Enumerable.Repeat("long \u00e9\u4e2d ", 20_000));
        var id = await host.FinishAsync("quick", text);
        var status = await host.GetAsync($"/api/runs/{id}?showInput=true");
        Assert.Equal(text, status.Json.GetProperty("input").GetProperty("text").GetString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_BodyOverOneMebibyte_IsRefused(bool chunked)
    {
        await using var host = await OpenAsync();
        HttpContent content = ContractHost.Json($$"""{"input":{"text":"{{new string('x', 1024 * 1024)}}" } }""");
        if (chunked)
        {
            content = new StreamContent(new MemoryStream(await content.ReadAsByteArrayAsync()));
            content.Headers.ContentType = new("application/json");
            content.Headers.ContentLength = null;
        }

        (await host.SendAsync(HttpMethod.Post, "/api/pipelines/quick/runs", content, chunked ? [("Transfer-Encoding", "chunked")] : []))
            .IsProblem(413, "body_too_large");
    }
}
