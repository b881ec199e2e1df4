using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Models;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;
using Microsoft.Extensions.AI;

namespace DurableRouter.Tests.Models;

public class OpenAIChatClientTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reply_Complete_GivesTextUsageEchoAndFirstByte(bool stream)
    {
        const string text = "Grüße, 世界 😀 \"quoted\" \\ and\nlines, long enough for several chunks.";
        await using var model = await ModelUnderTest.StartAsync(call => FakeReply.Answer(call, text, new FakeUsage(120, 30, 40, 10)), stream);

        var response = await model.AskAsync();

        Assert.Equal(text, response.Text);
        Assert.Equal("model-a-deployment", response.ModelId);
        Assert.Equal("chatcmpl-1", response.ResponseId);
        Assert.Equal(ChatFinishReason.Stop, response.FinishReason);
        Assert.Equal((120, 30, 150, 40, 10), (response.Usage!.InputTokenCount, response.Usage.OutputTokenCount, response.Usage.TotalTokenCount,
            response.Usage.CachedInputTokenCount, response.Usage.ReasoningTokenCount));
        Assert.InRange(Assert.IsType<int>(response.AdditionalProperties![ChatProperties.FirstByteMs]), 0, 60_000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Request_WithSchema_SendsExactlyWhatTheCatalogAndTheStepSay(bool stream)
    {
        await using var model = await ModelUnderTest.StartAsync(stream: stream, parameters: """{"temperature": 1, "reasoning_effort": "low"}""");
        using var schema = JsonDocument.Parse("""{"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"],"additionalProperties":false}""");

        await model.AskAsync("Ärger & <b>\"quotes\"</b>", new ChatOptions
        {
            MaxOutputTokens = 77,
            Temperature = 0,
            TopP = 0.3f,
            ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.RootElement, "verdict"),
            AdditionalProperties = new() { [ChatProperties.ClientRequestId] = "run-1/extract[2]/0/1" },
        });

        var call = Assert.Single(model.Endpoint.Calls);
        var expected = """
            {"model":"model-a-deployment","messages":[{"role":"system","content":"Answer."},{"role":"user","content":"Ärger & <b>\"quotes\"</b>"}],
            "max_completion_tokens":77,"response_format":{"type":"json_schema","json_schema":{"name":"verdict","strict":true,"schema":SCHEMA}},
            STREAM"temperature":0,"reasoning_effort":"low"}
            """.Replace("SCHEMA", schema.RootElement.GetRawText()).Replace("STREAM", stream ? "\"stream\":true,\"stream_options\":{\"include_usage\":true}," : "");
        using var wanted = JsonDocument.Parse(expected);
        Assert.True(JsonElement.DeepEquals(wanted.RootElement, call.Request), call.Request.GetRawText());
        Assert.Equal("run-1/extract[2]/0/1", call.Key);
        Assert.Equal($"Bearer {ModelUnderTest.Secret}", call.Headers["Authorization"]);
        Assert.DoesNotContain("traceparent", call.Headers.Keys, StringComparer.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("max_tokens", "max_tokens")]
    [InlineData("max_completion_tokens", "max_completion_tokens")]
    [InlineData(null, "max_completion_tokens")]
    public async Task Request_OutputLimit_GoesOutOnceUnderTheServicesName(string? key, string name)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        var model = ModelUnderTest.Entry("model-a") with { Limits = new ModelLimits(128_000, 4_096, OutputKey: key) };
        using var factory = new ChatClientFactory(_ => ModelUnderTest.Secret, TimeProvider.System);

        await factory.Get(ModelUnderTest.CatalogOf(endpoint.Address, model), model).GetResponseAsync("Hello.", new ChatOptions { MaxOutputTokens = 50 });

        var limits = endpoint.Calls[0].Request.EnumerateObject().Where(item => item.Name.StartsWith("max_", StringComparison.Ordinal)).ToList();
        Assert.Equal((name, 50), (Assert.Single(limits).Name, limits[0].Value.GetInt32()));
    }

    [Fact]
    public async Task Params_OfOneModel_NeverReachAnother()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        var special = ModelUnderTest.Entry("special", parameters: """{"thinking_budget": 5}""");
        var plain = ModelUnderTest.Entry("plain");
        var catalog = ModelUnderTest.CatalogOf(endpoint.Address, special, plain);
        using var factory = new ChatClientFactory(_ => ModelUnderTest.Secret, TimeProvider.System);

        await factory.Get(catalog, special).GetResponseAsync("Hello.");
        await factory.Get(catalog, plain).GetResponseAsync("Hello.");

        Assert.True(endpoint.Calls[0].Request.TryGetProperty("thinking_budget", out _));
        Assert.False(endpoint.Calls[1].Request.TryGetProperty("thinking_budget", out _));
    }

    [Fact]
    public async Task Reply_JsonToAStreamRequest_IsAccepted()
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(FakeReply.Completion("Whole.")));

        Assert.Equal("Whole.", (await model.AskAsync()).Text);
        Assert.True(model.Endpoint.Calls[0].Streams);
    }

    [Fact]
    public async Task Reply_StreamToAPlainRequest_IsAccepted()
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Stream("In pieces, but all of them there."), stream: false);

        Assert.Equal("In pieces, but all of them there.", (await model.AskAsync()).Text);
    }

    [Fact]
    public async Task Stream_CutIntoSingleBytesWithCommentsAndCarriageReturns_IsReadTheSame()
    {
        var text = string.Join("\r\n\r\n", [": hello", .. FakeReply.Chunks("Grüße 😀 aus der Leitung").Append("[DONE]").Select(item => "data:" + item)]) + "\r\n\r\n";
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        await using var model = await ModelUnderTest.StartAsync(_ => new FakeReply
        {
            ContentType = "text/event-stream; charset=utf-8",
            Parts = [.. bytes.Select(item => new SendPart([item]))],
        });

        var response = await model.AskAsync();

        Assert.Equal("Grüße 😀 aus der Leitung", response.Text);
        Assert.Null(response.Usage);
    }

    [Theory]
    [InlineData("[{\"type\":\"thinking\",\"thinking\":\"hm\"},{\"type\":\"text\",\"text\":\"Part one, \"},{\"type\":\"text\",\"text\":\"part two.\"}]")]
    public async Task Reply_ContentInParts_IsJoined(string content)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Json(FakeReply.Completion("X").Replace("\"X\"", content)));

        Assert.Equal("Part one, part two.", (await model.AskAsync()).Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reply_Compressed_IsDecoded(bool stream)
    {
        var text = new string('a', 3000);
        await using var model = await ModelUnderTest.StartAsync(call => stream
            ? FakeReply.Gzipped($"data: {FakeReply.Chunk(text, finish: "stop")}\n\ndata: [DONE]\n\n", "text/event-stream")
            : FakeReply.Gzipped(FakeReply.Completion(text)), stream);

        Assert.Equal(text, (await model.AskAsync()).Text);
    }

    [Fact]
    public async Task Stream_LostAfterItsFinishReason_KeepsThePaidAnswer()
    {
        await using var model = await ModelUnderTest.StartAsync(_ =>
            FakeReply.Events([.. FakeReply.Chunks("Complete.")]).Then(new PausePart(TimeSpan.FromMilliseconds(50)), new DropPart()));

        var response = await model.AskAsync();

        Assert.Equal("Complete.", response.Text);
        Assert.Null(response.Usage);
    }

    [Fact]
    public async Task Call_WithToolsOrFiles_IsRefusedBeforeAnythingIsSent()
    {
        await using var model = await ModelUnderTest.StartAsync();
        var tools = new ChatOptions { Tools = [AIFunctionFactory.Create(() => 1, "one")] };

        await Assert.ThrowsAsync<NotSupportedException>(() => model.AskAsync(options: tools));
        await Assert.ThrowsAsync<NotSupportedException>(() =>
            model.Client.GetResponseAsync([new ChatMessage(ChatRole.User, [new DataContent("data:application/pdf;base64,AAAA")])]));

        Assert.Empty(model.Endpoint.Calls);
    }

    [Fact]
    public async Task StreamingCall_GivesTheJudgedAnswer()
    {
        await using var model = await ModelUnderTest.StartAsync(call => FakeReply.Answer(call, "An answer in several pieces."));

        var updates = await model.Client.GetStreamingResponseAsync("Hello.").ToChatResponseAsync();

        Assert.Equal("An answer in several pieces.", updates.Text);
    }

    [Fact]
    public async Task Calls_OneAfterAnother_ShareOneConnection()
    {
        await using var model = await ModelUnderTest.StartAsync(call => call.Number switch
        {
            3 => FakeReply.Error(503, "busy"),
            4 => FakeReply.Json(FakeReply.Completion("Whole.")),
            _ => FakeReply.Stream("In pieces."),
        });

        for (var i = 1; i <= 8; i++)
        {
            if (i == 3)
            {
                await model.FailAsync();
            }
            else
            {
                await model.AskAsync();
            }
        }

        Assert.Equal((8, 1), (model.Endpoint.Calls.Count, model.Endpoint.Connections));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Calls_64AtOnce_EachGetTheirOwnAnswer(bool stream)
    {
        await using var model = await ModelUnderTest.StartAsync(call =>
            FakeReply.Answer(call, string.Concat(Enumerable.Repeat(call.Key + ";", 100)), new FakeUsage(call.Key!.Length)), stream);

        var keys = Enumerable.Range(0, 64).Select(i => $"run-{i}/step/0/1").ToList();
        var answers = await Task.WhenAll(keys.Select(key =>
            model.AskAsync("Question of " + key, new ChatOptions { AdditionalProperties = new() { [ChatProperties.ClientRequestId] = key } })));

        Assert.Equal(keys.Select(key => string.Concat(Enumerable.Repeat(key + ";", 100))), answers.Select(answer => answer.Text));
        Assert.Equal(keys.Order(), model.Endpoint.Calls.Select(call => call.Key!).Order());
        Assert.All(model.Endpoint.Calls, call => Assert.Contains("Question of " + call.Key, call.Request.GetRawText()));
    }
}
