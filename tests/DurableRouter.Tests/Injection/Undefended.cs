using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DurableRouter.Core.Activities;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Models;
using DurableRouter.Core.Review;
using DurableRouter.Core.Values;
using Microsoft.Extensions.AI;

namespace DurableRouter.Tests.Injection;

/// <summary>The trust boundary as a careless program has it: one fixed marker, and whatever a model says is believed.</summary>
sealed class NoTrustBoundary : TrustBoundary
{
    public override string Marker(PromptField field, string key) => "data";

    public override ReviewedOutput Review(CompiledStep step, JsonElement answer, AttemptFields data) => new(answer, [], null, []);
}

/// <summary>Model clients as a careless program has them: they run the tools that a model calls, ask the model that an answer names, and put what an
/// endpoint says into their errors.</summary>
sealed class CarelessClients(string key) : IChatClientFactory, IDisposable
{
    readonly HttpClient _http = new();

    /// <summary>The cases that were deleted.</summary>
    public ConcurrentBag<string> Deleted { get; } = [];

    public IChatClient Get(ModelCatalog catalog, ModelEntry model) => new Client(this, new Uri(catalog.Providers[model.Provider].Endpoint + "/chat/completions"), model.Name);

    public void Dispose() => _http.Dispose();

    async Task<JsonNode> PostAsync(Uri endpoint, string model, IEnumerable<ChatMessage> messages, ChatOptions options, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["model"] = model,
            ["messages"] = new JsonArray([.. messages.Select(m => (JsonNode)new JsonObject { ["role"] = m.Role.Value, ["content"] = m.Text })]),
            ["response_format"] = new JsonObject { ["json_schema"] = new JsonObject { ["schema"] = JsonNode.Parse(((ChatResponseFormatJson)options.ResponseFormat!).Schema!.Value.GetRawText()) } },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Add("X-Client-Request-Id", (string)options.AdditionalProperties![ChatProperties.ClientRequestId]!);
        using var response = await _http.SendAsync(request, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new ModelCallException(new StepFailure(FailureCodes.BadRequest, text));
    }

    async Task<ChatResponse> AnswerAsync(Uri endpoint, string model, List<ChatMessage> messages, ChatOptions options, CancellationToken cancellationToken)
    {
        var message = (await PostAsync(endpoint, model, messages, options, cancellationToken))["choices"]![0]!["message"]!;
        foreach (var call in message["tool_calls"] as JsonArray ?? [])
        {
            await RunToolAsync((string)call!["function"]!["name"]!, (string)call["function"]!["arguments"]!, cancellationToken);
        }

        var text = (string)message["content"]!;
        if ((string?)JsonNode.Parse(text)!["use_model"] is { } other && other != model)
        {
            return await AnswerAsync(endpoint, other, messages, options, cancellationToken);
        }

        return new ChatResponse(new ChatMessage(ChatRole.Assistant, text))
        {
            FinishReason = ChatFinishReason.Stop, Usage = new UsageDetails { InputTokenCount = 10, OutputTokenCount = 10 },
        };
    }

    async Task RunToolAsync(string name, string argument, CancellationToken cancellationToken)
    {
        if (name == "delete_case")
        {
            Deleted.Add(argument);
        }
        else
        {
            await _http.GetAsync(argument, cancellationToken);
        }
    }

    sealed class Client(CarelessClients clients, Uri endpoint, string model) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken) =>
            clients.AnswerAsync(endpoint, model, [.. messages], options!, cancellationToken);

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options,
            CancellationToken cancellationToken) => throw new NotSupportedException("attempts don't stream");

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
