using System.Text.Json.Nodes;
using DurableRouter.Core.Definitions;
using DurableRouter.Simulation;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace DurableRouter.Tests.Models.Simulated;

public sealed class FaultTests
{
    static readonly ChatMessage[] Prompt = SimulatedCall.Prompt("extract", "", ("text", InventedDocument.From(4).Text));
    static readonly JsonObject Schema = PipelineFile.Output("extract");

    [Theory]
    [InlineData("rate_limited", SimulatedFault.RateLimited)]
    [InlineData("quota_exhausted", SimulatedFault.QuotaExhausted)]
    [InlineData("server_error", SimulatedFault.ServerError)]
    public async Task WireFault_IsATypedExceptionWithItsRetryTime(string name, SimulatedFault fault)
    {
        var model = SimulatedCall.Model(5, "model", Always(name) with { RetryAfter = TimeSpan.FromSeconds(7) });

        var thrown = await Assert.ThrowsAsync<SimulatedFaultException>(() => model.GetResponseAsync(Prompt));

        Assert.Equal(fault, thrown.Fault);
        Assert.Equal(TimeSpan.FromSeconds(7), thrown.RetryAfter);
    }

    [Fact]
    public async Task Hang_EndsOnlyByCancellation()
    {
        using var cancel = new CancellationTokenSource();
        var call = SimulatedCall.Model(5, "model", Always("hang")).GetResponseAsync(Prompt, cancellationToken: cancel.Token);

        Assert.False(call.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task BadJson_DoesNotParse()
    {
        var text = (await AskAsync("bad_json")).Text;

        Assert.ThrowsAny<System.Text.Json.JsonException>(() => JsonNode.Parse(text));
    }

    [Fact]
    public async Task SchemaError_ParsesAndBreaksTheSchema() =>
        Assert.NotNull(SchemaProbe.Problem(Schema, JsonNode.Parse((await AskAsync("schema_error")).Text)));

    [Fact]
    public async Task Truncated_StopsInTheMiddleForLength()
    {
        var response = await AskAsync("truncated");

        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
        Assert.StartsWith("{", response.Text);
        Assert.False(response.Text.EndsWith('}') && JsonNode.Parse(response.Text) is not null);
    }

    [Fact]
    public async Task EmptyAndContentFilter_SayNothingForDifferentReasons()
    {
        Assert.Equal(("", ChatFinishReason.Stop), Said(await AskAsync("empty")));
        Assert.Equal(("", ChatFinishReason.ContentFilter), Said(await AskAsync("content_filter")));
    }

    [Fact]
    public async Task UsageFaults_ReportNothingOrAContradiction()
    {
        var wrong = (await AskAsync("wrong_usage")).Usage!;

        Assert.Null((await AskAsync("no_usage")).Usage);
        Assert.True(wrong.InputTokenCount < 0 && wrong.TotalTokenCount != wrong.InputTokenCount + wrong.OutputTokenCount);
    }

    [Fact]
    public async Task Refusal_IsErrorContentAndNoText()
    {
        var response = await AskAsync("refusal");

        Assert.Equal("Refusal", response.Messages[0].Contents.OfType<ErrorContent>().Single().ErrorCode);
        Assert.Equal("", response.Text);
    }

    [Fact]
    public async Task WrongModel_EchoesAnotherName() => Assert.NotEqual("model", (await AskAsync("wrong_model")).ModelId);

    [Fact]
    public async Task Slow_AnswersOnlyAfterItsDelay()
    {
        var time = new FakeTimeProvider();
        var options = new SimulatedModelOptions { Skill = 5, LatencyScale = 0, Faults = [Always("slow") with { Delay = TimeSpan.FromMinutes(2) }] };
        var call = new SimulatedChatClient("model", options, time).GetResponseAsync(Prompt);

        time.Advance(TimeSpan.FromSeconds(119));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEmpty((await call).Text);
    }

    [Fact]
    public async Task NthCall_CountsTheCallsThatTheOtherConditionsFit()
    {
        var model = SimulatedCall.Model(5, "model", Always("server_error") with { Role = "extract", NthCall = 2 });
        var classify = SimulatedCall.Prompt("classify", "Labels: a, b", ("text", "a"));

        await model.GetResponseAsync(Prompt);
        await model.GetResponseAsync(classify);
        await Assert.ThrowsAsync<SimulatedFaultException>(() => model.GetResponseAsync(Prompt));
        await model.GetResponseAsync(Prompt);
    }

    [Fact]
    public async Task WhenContains_StrikesOnThatInputOnly()
    {
        var model = SimulatedCall.Model(5, "model", Always("server_error") with { WhenContains = "xylophone" });

        await model.GetResponseAsync(Prompt);
        await Assert.ThrowsAsync<SimulatedFaultException>(() => model.GetResponseAsync(SimulatedCall.Prompt("extract", "", ("text", "One Xylophone."))));
    }

    [Fact]
    public async Task Probability_StrikesThatShareOfCallsAndTheSameOnesEachTime()
    {
        var first = await StruckAsync();

        Assert.InRange(first.Count(s => s), 30, 90);
        Assert.Equal(first, await StruckAsync());

        static async Task<List<bool>> StruckAsync()
        {
            var model = SimulatedCall.Model(5, "model", Always("empty") with { Probability = 0.3 });
            var small = SimulatedCall.Prompt("generate", "", ("text", "A short text."));
            var struck = new List<bool>();
            for (var i = 0; i < 200; i++)
            {
                struck.Add((await model.GetResponseAsync(small)).Text.Length == 0);
            }

            return struck;
        }
    }

    [Fact]
    public void UnknownFault_IsRefusedWithTheAllowedNames()
    {
        var thrown = Assert.Throws<ArgumentException>(() => SimulatedCall.Model(5, "model", Always("explode")));

        Assert.Contains("rate_limited", thrown.Message);
    }

    [Fact]
    public void ConfiguredFaultNames_AreTheOnesThatTheModelKnows() =>
        Assert.Equal(SimulatedFaultNames.All.Order(), CatalogWords.SimulatedFaults.Order());

    static SimulatedFaultRule Always(string fault) => new(fault, null, null, null, null, null);

    static Task<ChatResponse> AskAsync(string fault) =>
        SimulatedCall.Model(5, "model", Always(fault)).GetResponseAsync(Prompt, SimulatedCall.Enforcing(Schema));

    static (string Text, ChatFinishReason? Reason) Said(ChatResponse response) => (response.Text, response.FinishReason);
}
