using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Models;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;
using Microsoft.Extensions.AI;

namespace DurableRouter.Tests.Models;

/// <summary>A catalog of one provider at a fake endpoint, and the product's own clients for it.</summary>
sealed class ModelUnderTest : IAsyncDisposable
{
    public const string Secret = "canary-Zq7Xw2Lp9Kd4-key";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    ModelUnderTest(FakeModelEndpoint endpoint, ModelCatalog catalog, ChatClientFactory factory)
    {
        Endpoint = endpoint;
        Catalog = catalog;
        Factory = factory;
    }

    public FakeModelEndpoint Endpoint { get; }
    public ModelCatalog Catalog { get; }
    public ChatClientFactory Factory { get; }
    public IChatClient Client => Factory.Get(Catalog, Catalog.Models[0]);

    public static async Task<ModelUnderTest> StartAsync(Func<FakeCall, FakeReply>? script = null, bool stream = true, ModelTimeouts? timeouts = null,
        string? parameters = null)
    {
        var endpoint = await FakeModelEndpoint.StartAsync(script ?? SaneReplies.For);
        var model = Entry("model-a", stream, timeouts, parameters);
        return new ModelUnderTest(endpoint, CatalogOf(endpoint.Address, model), new ChatClientFactory(_ => Secret, TimeProvider.System));
    }

    public static ModelEntry Entry(string name, bool stream = true, ModelTimeouts? timeouts = null, string? parameters = null) => new()
    {
        Name = name,
        Provider = "fake",
        Deployment = name + "-deployment",
        Tier = Tier.Fast,
        Price = new ModelPrice(1, 0.5m, 2, "a test"),
        Limits = new ModelLimits(128_000, 4_096),
        Capabilities = new ModelCapabilities(StructuredOutput: true),
        Stream = stream,
        Timeouts = timeouts ?? new ModelTimeouts { FirstByte = Patience, Idle = Patience, Total = Patience },
        Params = parameters is null ? new Dictionary<string, JsonElement>()
            : JsonDocument.Parse(parameters).RootElement.EnumerateObject().ToDictionary(item => item.Name, item => item.Value),
        Source = "models.yaml:12",
    };

    public static ModelCatalog CatalogOf(Uri? endpoint, params ModelEntry[] models) => CatalogOf(Provider(endpoint), models);

    public static ModelCatalog CatalogOf(ProviderEntry provider, params ModelEntry[] models) =>
        new(new DateOnly(2026, 11, 1), new Dictionary<string, ProviderEntry> { ["fake"] = provider }, models);

    public static ProviderEntry Provider(Uri? endpoint, ProviderKind kind = ProviderKind.OpenAI, string? apiKeyEnv = "FAKE_KEY") =>
        new("fake", kind, endpoint, apiKeyEnv, Entra: false, ApiVersion: null, Residency: null);

    public Task<ChatResponse> AskAsync(string text = "The question.", ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        Client.GetResponseAsync([new ChatMessage(ChatRole.System, "Answer."), new ChatMessage(ChatRole.User, text)], options, cancellationToken)
            .WaitAsync(Patience + TimeSpan.FromMinutes(1), CancellationToken.None);

    public Task<ModelCallException> FailAsync() => Assert.ThrowsAsync<ModelCallException>(() => AskAsync());

    public async ValueTask DisposeAsync()
    {
        Factory.Dispose();
        await Endpoint.DisposeAsync();
    }
}
