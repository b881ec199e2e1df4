using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Tests.Driver;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Activities;

/// <summary>What stands in the task hub: readable, and the same after the Functions host has read and written it again.</summary>
public sealed class HubMessageTests
{
    public static TheoryData<string> Payloads =>
    [
        """{"a":1,"b":[0.5,-3.25,100],"c":"2026-01-01T00:00:00Z","d":null,"e":true}""",
        """{"price":0.10}""",
        """{"id":12345678901234567890}""",
        """{"share":0.12345678901234567890}""",
        """[1e400,-0,1.0,1E-5]""",
        "\"2026-11-30T10:00:00+01:00\"",
        "null",
    ];

    [Theory]
    [MemberData(nameof(Payloads))]
    public void Payload_ComesBackLetterByLetter_ThroughTheHostsJson(string json)
    {
        var call = new ActivityCall(2, "run-1", 7, JsonElement.Parse(json), Lost: 2);
        var answer = new ActivityAnswer(2, new ActivityLabel("extract", "small", "ok", "0.00012345678901234567", "{\"a\":1"), JsonElement.Parse(json));

        var receivedCall = JsonSerializer.Deserialize<ActivityCall>(HostJson.Rewrite(JsonSerializer.Serialize(call)))!;
        var receivedAnswer = JsonSerializer.Deserialize<ActivityAnswer>(HostJson.Rewrite(JsonSerializer.Serialize(answer)))!;

        Assert.Equal((2, "run-1", 7, 2, json), (receivedCall.SchemaVersion, receivedCall.RunId, receivedCall.Number, receivedCall.Lost, receivedCall.Input.GetRawText()));
        Assert.Equal((2, json), (receivedAnswer.SchemaVersion, receivedAnswer.Output.GetRawText()));
    }

    [Fact]
    public void MessagesOfTheFirstVersion_StringsOfJson_AreRead()
    {
        const string output = """{"schemaVersion":1,"outcome":"ok","output":{"inline":1.50,"bytes":4}}""";
        var call = JsonSerializer.Serialize("""{"schemaVersion":1,"runId":"run-1","number":3,"input":{"text":"pay"}}""");
        var end = JsonSerializer.Serialize("""{"schemaVersion":1,"runId":"run-1","status":"Completed","at":"2026-01-15T10:00:00+00:00","output":{"sum":1.50}}""");

        Assert.Equal("""{"text":"pay"}""", JsonSerializer.Deserialize<ActivityCall>(call)!.Input.GetRawText());
        Assert.Equal(output, JsonSerializer.Deserialize<ActivityAnswer>(JsonSerializer.Serialize(output))!.Output.GetRawText());
        Assert.Equal((RuntimeStatus.Completed, "{\"sum\":1.50}"),
            (JsonSerializer.Deserialize<FinishRun>(end)!.Status, JsonSerializer.Deserialize<FinishRun>(end)!.Output!.Value.GetRawText()));
    }

    [Fact]
    public async Task HistoryInTheHub_NamesStepModelOutcomeCostAndPreview()
    {
        await using var app = new RouterApp(new TestPipeline());
        await app.StartAsync();
        await app.RestAsync();

        var read = app.Engine.Instance("run-01").History.Where(e => e.Kind == HubEventKind.TaskCompleted && e.Name != ActivityNames.FinishRun)
            .Select(e => JsonElement.Parse(e.Data!)).ToList();

        Assert.Equal(["classify", "extract", "reason", "verify"], read.Select(a => a.GetProperty("step").GetString()));
        Assert.Equal(["small", "small", "middle", "small"], read.Select(a => a.GetProperty("model").GetString()));
        Assert.All(read, a => Assert.Equal("ok", a.GetProperty("outcome").GetString()));
        Assert.All(read, a => Assert.True(decimal.Parse(a.GetProperty("costUsd").GetString()!, System.Globalization.CultureInfo.InvariantCulture) > 0));
        Assert.StartsWith("""{"category":"contract",""", read[0].GetProperty("preview").GetString());
        Assert.All(read, a => Assert.InRange(a.GetProperty("preview").GetString()!.Length, 1, 80));
    }
}
