using System.Text.Json.Nodes;
using DurableRouter.Core.Models;
using DurableRouter.Simulation;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Time.Testing;

namespace DurableRouter.Tests.Models.Simulated;

public sealed class ResponseTests
{
    [Fact]
    public async Task Usage_GrowsWithInputAndOutput()
    {
        var one = await CallAsync(5, InventedDocument.From(1).Text);
        var two = await CallAsync(5, InventedDocument.From(1).Text + "\n\n" + InventedDocument.From(2).Text);

        Assert.True(two.Usage!.InputTokenCount > one.Usage!.InputTokenCount);
        Assert.True(two.Usage.OutputTokenCount > one.Usage.OutputTokenCount);
        Assert.Equal(one.Usage.TotalTokenCount, one.Usage.InputTokenCount + one.Usage.OutputTokenCount);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    public async Task Usage_HoldsReasoningTokensWithinTheOutputOfStrongModelsOnly(int skill, bool reasons)
    {
        var usage = (await CallAsync(skill, InventedDocument.From(1).Text)).Usage!;

        Assert.Equal(reasons, usage.ReasoningTokenCount > 0);
        Assert.True(usage.ReasoningTokenCount < usage.OutputTokenCount);
    }

    [Fact]
    public async Task MaxOutputTokens_CutsTheAnswerAndSaysSo()
    {
        var response = await CallAsync(5, InventedDocument.From(1).Text, 100);

        Assert.Equal(ChatFinishReason.Length, response.FinishReason);
        Assert.InRange(response.Usage!.OutputTokenCount!.Value, 1, 100);
        Assert.ThrowsAny<System.Text.Json.JsonException>(() => JsonNode.Parse(response.Text));
    }

    [Fact]
    public async Task Response_NamesItsModelAndIsLabelledSimulated()
    {
        var response = await CallAsync(5, "Some text.");

        Assert.Equal("model", response.ModelId);
        Assert.Equal(true, response.AdditionalProperties![ChatProperties.Simulated]);
    }

    [Fact]
    public async Task Stream_JoinsToTheSameResponse()
    {
        var prompt = SimulatedCall.Prompt("extract", "", ("text", InventedDocument.From(6).Text));
        var whole = await SimulatedCall.Model().GetResponseAsync(prompt);
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in SimulatedCall.Model().GetStreamingResponseAsync(prompt))
        {
            updates.Add(update);
        }

        var joined = updates.ToChatResponse();
        Assert.True(updates.Count > 3);
        Assert.Equal(whole.Text, joined.Text);
        Assert.Equal(whole.Usage!.OutputTokenCount, joined.Usage!.OutputTokenCount);
        Assert.Equal(whole.FinishReason, joined.FinishReason);
        Assert.All(updates, u => Assert.Equal(true, u.AdditionalProperties![ChatProperties.Simulated]));
    }

    [Theory]
    [InlineData(1, 40, 400)]
    [InlineData(3, 100, 1000)]
    [InlineData(5, 200, 2200)]
    public async Task Latency_LiesInTheRangeOfTheSkillAndScales(int skill, int low, int high)
    {
        var plain = await LatencyAsync(skill, 1);

        Assert.InRange(plain.TotalMilliseconds, low, high);
        // Timers count whole milliseconds.
        Assert.InRange((await LatencyAsync(skill, 3)).TotalMilliseconds - (plain.TotalMilliseconds * 3), -3, 3);
    }

    static async Task<TimeSpan> LatencyAsync(int skill, double scale)
    {
        var time = new FakeTimeProvider();
        var model = new SimulatedChatClient("model", new SimulatedModelOptions { Skill = skill, LatencyScale = scale }, time);
        var call = model.GetResponseAsync(SimulatedCall.Prompt("extract", "", ("text", InventedDocument.From(1).Text)));
        var started = time.GetTimestamp();
        while (!call.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await call;
        return time.GetElapsedTime(started);
    }

    static Task<ChatResponse> CallAsync(int skill, string text, int? maxOutputTokens = null) =>
        SimulatedCall.Model(skill).GetResponseAsync(SimulatedCall.Prompt("extract", "", ("text", text)), new ChatOptions { MaxOutputTokens = maxOutputTokens });
}
