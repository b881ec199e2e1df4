using System.Text.Json;
using DurableRouter.Core.Models;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;
using Microsoft.Extensions.AI;

namespace DurableRouter.Tests.Models;

public class FakeModelEndpointTests
{
    [Fact]
    public async Task Log_InMemoryAndInTheFile_BeginsBeforeTheReplyAndEndsAfterIt()
    {
        var file = Path.GetTempFileName();
        try
        {
            await using var endpoint = await FakeModelEndpoint.StartAsync(_ => new FakeReply { Parts = [new SendPart([]), new PausePart(Timeout.InfiniteTimeSpan)] }, file);
            using var factory = new ChatClientFactory(_ => null, TimeProvider.System);
            using var caller = new CancellationTokenSource();
            var model = ModelUnderTest.Entry("model-a");
            var provider = ModelUnderTest.Provider(endpoint.Address, apiKeyEnv: null);
            var options = new ChatOptions { AdditionalProperties = new() { [ChatProperties.ClientRequestId] = "run-1/extract/0/1" } };
            var call = factory.Get(ModelUnderTest.CatalogOf(provider, model), model).GetResponseAsync("Hello.", options, caller.Token);
            await Eventually.HoldsAsync(() => endpoint.Log.Count > 0, "the call began");

            Assert.Equal(["begin run-1/extract/0/1"], endpoint.Log);
            Assert.Equal(endpoint.Log, await File.ReadAllLinesAsync(file));
            caller.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task SaneReply_ToASchema_FitsItAndQuotesTheRequest()
    {
        await using var model = await ModelUnderTest.StartAsync();
        using var schema = JsonDocument.Parse("""
            {"type":"object","properties":{
              "category":{"type":"string","enum":["contract","invoice"]},"complexity":{"type":"integer","minimum":1,"maximum":5},
              "confidence":{"type":"number","minimum":0,"maximum":1},"risk":{"type":"array","items":{"type":"string"}},
              "due":{"type":["string","null"],"format":"date"},"evidence":{"type":"array","items":{"type":"string"}},
              "claims":{"type":"array","minItems":2,"items":{"$ref":"#/$defs/claim"}}},
             "$defs":{"claim":{"type":"object","properties":{"text":{"type":"string"},"quote":{"type":"string"},"ok":{"type":"boolean"}}}}}
            """);
        const string document = "The tenant pays 9 euros.";
        const string question = $"<field name=\"text\" source=\"input.text\" boundary=\"abcdef0123456789abcdef01\">\n{document}\n</field boundary=\"abcdef0123456789abcdef01\">\n";

        var answer = (await model.AskAsync(question, new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.RootElement, "classify") })).Text;

        using var json = JsonDocument.Parse(answer);
        var root = json.RootElement;
        Assert.Equal("contract", root.GetProperty("category").GetString());
        Assert.Equal((2, 0.9, 0), (root.GetProperty("complexity").GetInt32(), root.GetProperty("confidence").GetDouble(), root.GetProperty("risk").GetArrayLength()));
        Assert.Equal("2026-01-15", root.GetProperty("due").GetString());
        Assert.Equal(2, root.GetProperty("claims").GetArrayLength());
        Assert.All(root.GetProperty("claims").EnumerateArray(), claim => Assert.Equal("The tenant pays 9 euros", claim.GetProperty("quote").GetString()));
        Assert.Equal("The tenant pays 9 euros", Assert.Single(root.GetProperty("evidence").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task SaneReply_Usage_IsBelievable()
    {
        await using var model = await ModelUnderTest.StartAsync();

        var response = await model.AskAsync();

        Assert.False(UsageReader.Read(response.Usage, hasText: true, inputBound: 1000, outputBound: 1000).IsSuspect);
    }
}
