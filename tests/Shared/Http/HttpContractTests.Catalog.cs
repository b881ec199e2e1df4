using DurableRouter.Http.Access;
using DurableRouter.Http.Endpoints;
using Microsoft.OpenApi;

namespace DurableRouter.Tests.Http;

public abstract partial class HttpContractTests
{
    [Fact]
    public async Task Pipelines_ListGetSchema_ShowWhatRunsArePinnedTo()
    {
        await using var host = await OpenAsync();
        var list = (await host.GetAsync("/api/pipelines")).Json.GetProperty("value").EnumerateArray().ToList();
        Assert.Equal(["held", "quick"], list.Select(p => p.GetProperty("name").GetString()));
        var one = (await host.GetAsync("/api/pipelines/quick")).Json;
        Assert.Matches("^[0-9a-f]{64}$", one.GetProperty("version").GetString());
        Assert.Equal("quick", one.GetProperty("definition").GetProperty("name").GetString());
        Assert.Equal("string", (await host.GetAsync("/api/pipelines/quick/schema")).Json.GetProperty("properties").GetProperty("text").GetProperty("type").GetString());
        (await host.GetAsync("/api/pipelines/none")).IsProblem(404, "pipeline_not_found");
        (await host.GetAsync("/api/pipelines/none/schema")).IsProblem(404, "pipeline_not_found");
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/yaml")]
    public async Task Validate_GoodAndBadText_SaysWhereItIsWrong(string mediaType)
    {
        const string good = """
            name: two
            family: document
            input: { type: object, required: [text], properties: { text: { type: string } }, additionalProperties: false }
            steps:
              - id: draft
                kind: generate
                instructions: Write a summary.
                input: { text: input.text }
                output: { type: object, required: [summary], properties: { summary: { type: string } }, additionalProperties: false }
              - id: polish
                kind: generate
                needs: [draft]
                instructions: Shorten the summary.
                input: { text: draft.summary }
                output: { type: object, required: [summary], properties: { summary: { type: string } }, additionalProperties: false }
            result: { from: polish }
            """;
        await using var host = await OpenAsync();
        var valid = await SendAsync(good);
        Assert.True(valid.Json.GetProperty("valid").GetBoolean(), valid.Body);
        Assert.Equal(["draft", "polish"], valid.Json.GetProperty("graph").GetProperty("nodes").EnumerateArray().Select(n => n.GetProperty("id").GetString()));
        Assert.Equal("polish", Assert.Single(valid.Json.GetProperty("graph").GetProperty("edges").EnumerateArray()).GetProperty("to").GetString());
        var invalid = await SendAsync(good.Replace("needs: [draft]", "needs: [drafts]", StringComparison.Ordinal));
        Assert.Equal(200, invalid.Status);
        Assert.False(invalid.Json.GetProperty("valid").GetBoolean());
        Assert.Contains(invalid.Json.GetProperty("errors").EnumerateArray(), e => e.GetProperty("line").GetInt32() == 12);
        (await host.GetAsync("/api/pipelines/two")).IsProblem(404, "pipeline_not_found");

        Task<Reply> SendAsync(string yaml)
        {
            var content = new StringContent(mediaType == "text/yaml" ? yaml : $$"""{"yaml":{{System.Text.Json.JsonSerializer.Serialize(yaml)}} }""");
            content.Headers.ContentType = new(mediaType);
            return host.SendAsync(HttpMethod.Post, "/api/pipelines/validate", content);
        }
    }

    [Fact]
    public async Task Models_List_ShowsPricesAndNoSecrets()
    {
        await using var host = await OpenAsync();
        var reply = await host.GetAsync("/api/models");
        var models = reply.Json.GetProperty("value").EnumerateArray().ToList();
        Assert.NotEmpty(models);
        Assert.All(models, m => Assert.True(m.GetProperty("price").GetProperty("output").GetDecimal() >= 0));
        Assert.All(models, m => Assert.True(m.GetProperty("simulated").GetBoolean()));
        Assert.DoesNotContain("SECRET_KEY_VARIABLE", reply.Body);
    }

    [Fact]
    public async Task OpenApi_IsValidAndMatchesTheRouteTable()
    {
        await using var host = await OpenAsync();
        var reply = await host.GetAsync("/api/openapi.json");
        var read = OpenApiDocument.Parse(reply.Body, "json");
        Assert.Empty(read.Diagnostic!.Errors);
        var described = read.Document!.Paths.SelectMany(p => p.Value.Operations!.Select(o => (o.Key.Method, p.Key, o.Value))).ToList();
        Assert.Equal(Routes.All.Select(r => $"{r.Verb} {r.Template}").Order(), described.Select(d => $"{d.Method} {d.Key}").Order());
        foreach (var route in Routes.All)
        {
            var operation = described.Single(d => d.Method == route.Verb && d.Key == route.Template).Value;
            Assert.Equal(route.Name, operation.OperationId);
            var asksWho = route.Role != ApiRole.None || route == Routes.DecideBySignedMessage;
            Assert.Equal(asksWho, operation.Responses!.ContainsKey("401"));
            Assert.All(operation.Responses!.Values.SelectMany(r => r.Content?.Values ?? []),
                c => Assert.NotNull(Assert.IsType<OpenApiSchemaReference>(c.Schema).Target));
        }
    }

    [Fact]
    public async Task Health_NeedsNoKey()
    {
        await using var host = await OpenAsync(o => o.Keys.Add(new ApiKey("ada", ApiKey.HashOf("ada-key"), ApiRole.Viewer)));
        Assert.Equal(200, (await host.GetAsync("/healthz")).Status);
        Assert.Equal(200, (await host.GetAsync("/readyz")).Status);
        Assert.Equal(200, (await host.GetAsync("/api/openapi.json")).Status);
    }
}
