using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace DurableRouter.Tests.Http;

/// <summary>A running host under the contract suite, and the client to it.</summary>
public abstract class ContractHost(Uri address) : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromMinutes(5),
    };

    public Uri Address { get; } = address;

    public abstract ValueTask DisposeAsync();

    public Task<Reply> GetAsync(string path, params (string Name, string Value)[] headers) => SendAsync(HttpMethod.Get, path, null, headers);

    public Task<Reply> PostAsync(string path, string? json, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, json is null ? null : Json(json), headers);

    public async Task<Reply> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        }

        using var response = await _client.SendAsync(request);
        return new Reply((int)response.StatusCode, response.Headers, response.Content.Headers, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Starts a run and gives its id.</summary>
    public async Task<string> StartAsync(string pipeline, string text = "hello", params (string Name, string Value)[] headers)
    {
        var reply = await PostAsync($"/api/pipelines/{pipeline}/runs", $$"""{"input":{"text":{{JsonSerializer.Serialize(text)}} } }""", headers);
        Assert.True(reply.Status is 202 or 200, reply.Body);
        return reply.Json.GetProperty("id").GetString()!;
    }

    /// <summary>Starts a run and waits until it ends or waits for a person.</summary>
    public async Task<string> FinishAsync(string pipeline, string text = "hello", params (string Name, string Value)[] headers)
    {
        var runId = await StartAsync(pipeline, text, [("Prefer", "wait=60"), .. headers]);
        await RestAsync(runId, headers);
        return runId;
    }

    /// <summary>Waits until the run ends or waits for a person, however slow the machine is.</summary>
    public async Task<JsonElement> RestAsync(string runId, params (string Name, string Value)[] headers)
    {
        for (var began = TimeProvider.System.GetTimestamp(); ; await Task.Delay(20))
        {
            var run = (await GetAsync($"/api/runs/{runId}", headers)).Json;
            var waiting = run.GetProperty("customStatus") is { ValueKind: JsonValueKind.Object } status && status.TryGetProperty("waitingFor", out var w)
                && w.ValueKind == JsonValueKind.String ? w.GetString()! : "retry";
            if (run.GetProperty("runtimeStatus").GetString() is not ("Pending" or "Running") || !waiting.StartsWith("retry", StringComparison.Ordinal))
            {
                return run;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"still {run}");
        }
    }

    /// <summary>Starts a <c>held</c> run, waits until it asks, and gives run id and approval id.</summary>
    public async Task<(string RunId, string ApprovalId)> HoldAsync(params (string Name, string Value)[] headers)
    {
        var runId = await FinishAsync("held", "hold me", headers);
        var list = await GetAsync($"/api/approvals?status=pending&runId={runId}", headers);
        Assert.Equal(200, list.Status);
        var record = Assert.Single(list.Json.GetProperty("value").EnumerateArray());
        return (runId, record.GetProperty("id").GetString()!);
    }

    public static StringContent Json(string json)
    {
        var content = new StringContent(json, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    protected void CloseClient() => _client.Dispose();
}

public sealed record Reply(int Status, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders, string Body)
{
    public JsonElement Json => JsonElement.Parse(Body);

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;

    /// <summary>Checks the problem's shape and code.</summary>
    public Reply IsProblem(int status, string code)
    {
        Assert.True(Status == status, $"{Status}: {Body}");
        Assert.Equal("application/problem+json", ContentHeaders.ContentType?.MediaType);
        var problem = Json;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.EndsWith(code, problem.GetProperty("type").GetString());
        Assert.NotEqual("", problem.GetProperty("title").GetString());
        Assert.NotEqual("", problem.GetProperty("detail").GetString());
        Assert.NotEqual("", problem.GetProperty("traceId").GetString());
        return this;
    }

    public IReadOnlyList<string> Pointers => [.. Json.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("pointer").GetString()!)];
}
