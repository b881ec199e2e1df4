using System.ClientModel;
using System.ClientModel.Primitives;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Models;
using DurableRouter.Functions.Models;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Models;
using DurableRouter.Tests.Shared;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DurableRouter.Functions.Tests.Models;

/// <summary>The dated API through the product's own clients, against a real HTTP server.</summary>
public sealed class AzureOpenAIDeploymentsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_WithAKey_GoesToTheDeploymentUnderItsVersion(bool stream)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        using var factory = Factory();

        var response = await Client(factory, endpoint, ModelUnderTest.Entry("model-a", stream)).GetResponseAsync("Hello.",
            new ChatOptions { AdditionalProperties = new() { [ChatProperties.ClientRequestId] = "run-1/summary/1/2" } });

        var call = Assert.Single(endpoint.Calls);
        Assert.NotEmpty(response.Text);
        Assert.Equal("/openai/deployments/model-a-deployment/chat/completions?api-version=2024-10-21", call.Target);
        Assert.Equal(ModelUnderTest.Secret, call.Headers["api-key"]);
        Assert.DoesNotContain("Authorization", call.Headers.Keys);
        Assert.Equal("run-1/summary/1/2", call.Key);
    }

    [Theory]
    [InlineData("2024-06-01")]
    [InlineData("2024-08-01-preview")]
    [InlineData("2025-04-01-preview")]
    public async Task ApiVersion_ThatTheSdkKnows_IsSentAsItStandsInTheCatalog(string version)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        using var factory = Factory();

        await Client(factory, endpoint, version: version).GetResponseAsync("Hello.");

        Assert.EndsWith($"?api-version={version}", Assert.Single(endpoint.Calls).Target);
    }

    [Theory]
    [InlineData("2023-05-15")]
    [InlineData("2024-10-21-preview")]
    [InlineData("4")]
    public async Task ApiVersion_ThatTheSdkDoesNotKnow_IsRefusedWithThoseThatItKnows(string version)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        using var factory = Factory();

        var error = Assert.Throws<DurableRouterException>(() => Client(factory, endpoint, version: version));

        Assert.Equal(ErrorCodes.ConfigInvalid, error.Code);
        Assert.StartsWith("models.yaml:12: model 'model-a'", error.Message);
        Assert.Contains($"'{version}'", error.Message);
        Assert.Contains("2024-06-01, 2024-08-01-preview, ", error.Message);
    }

    [Theory]
    [InlineData("openai/v1/")]
    [InlineData("openai")]
    public void Endpoint_WithThePathOfAnApi_IsRefused(string path)
    {
        using var factory = Factory();
        var model = ModelUnderTest.Entry("model-a");
        var provider = Provider(new Uri("https://name.openai.azure.com/" + path), "2024-10-21");

        var error = Assert.Throws<DurableRouterException>(() => factory.Get(ModelUnderTest.CatalogOf(provider, model), model));

        Assert.Equal(ErrorCodes.ConfigInvalid, error.Code);
        Assert.Contains("resource's own address", error.Message);
    }

    [Fact]
    public void Endpoint_OfAGateway_MayHaveAPath()
    {
        using var factory = Factory();
        var model = ModelUnderTest.Entry("model-a");
        var provider = Provider(new Uri("https://gateway.example.com/openai-models/"), "2024-10-21");

        Assert.Equal(provider.Endpoint, factory.Get(ModelUnderTest.CatalogOf(provider, model), model).GetService<ChatClientMetadata>()!.ProviderUri);
    }

    [Theory]
    [InlineData(429, FailureCodes.RateLimited, true)]
    [InlineData(500, FailureCodes.UpstreamError, true)]
    [InlineData(401, FailureCodes.Unauthorized, false)]
    [InlineData(404, FailureCodes.BadRequest, false)]
    public async Task Refusal_IsOneRequest_WithTheFailureOfTheOtherEndpoints(int status, string code, bool retryable)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(_ => FakeReply.Error(status, "The fake says no."));
        using var factory = Factory();

        var error = await Assert.ThrowsAsync<ModelCallException>(() => Client(factory, endpoint).GetResponseAsync("Hello."));

        Assert.Equal((code, retryable), (error.Failure.Code, error.Failure.Retryable));
        Assert.Single(endpoint.Calls);
    }

    [Fact]
    public async Task Silence_EndsAtTheDeadlineOfTheModel()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(_ => FakeReply.Hang());
        using var factory = Factory();
        var limits = new ModelTimeouts { FirstByte = TimeSpan.FromMilliseconds(100), Total = TimeSpan.FromSeconds(60) };

        var error = await Assert.ThrowsAsync<ModelCallException>(() =>
            Client(factory, endpoint, ModelUnderTest.Entry("model-a", timeouts: limits)).GetResponseAsync("Hello."));

        Assert.Equal(FailureCodes.FirstByteTimeout, error.Failure.Code);
    }

    [Fact]
    public async Task Entra_ThatGivesNoToken_EndsAtTheDeadlineOfTheModel_AndSendsNothing()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For, tls: true);
        var tokens = new NoToken();
        using var factory = Factory(tokens);
        var limits = new ModelTimeouts { FirstByte = TimeSpan.FromMilliseconds(100), Total = TimeSpan.FromSeconds(60) };

        var error = await Assert.ThrowsAsync<ModelCallException>(() =>
            Client(factory, endpoint, ModelUnderTest.Entry("model-a", timeouts: limits), entra: true).GetResponseAsync("Hello."));

        Assert.Equal(FailureCodes.FirstByteTimeout, error.Failure.Code);
        Assert.Equal("https://cognitiveservices.azure.com/.default", tokens.Scope);
        Assert.Empty(endpoint.Calls);
    }

    [Fact]
    public async Task Entra_Token_IsSentAsABearer_WithoutAKey()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For, tls: true);
        // The product trusts no certificate that signed itself, so this test brings its own connections.
        using var trusting = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true });
        var tokens = new BearerTokenPolicy(new OneToken("token-of-entra"), "https://cognitiveservices.azure.com/.default");
        var chat = new AzureOpenAIDeployments().Open(new DatedDeployment(Root(endpoint), "model-a", "2024-10-21", tokens, "Model 'model-a'",
            options => options.Transport = new HttpClientPipelineTransport(trusting)));

        var result = await chat.CompleteChatAsync(BinaryContent.Create(BinaryData.FromString("""{"model":"model-a","messages":[{"role":"user","content":"Hello."}]}""")));

        var call = Assert.Single(endpoint.Calls);
        Assert.Equal(200, result.GetRawResponse().Status);
        Assert.Equal("Bearer token-of-entra", call.Headers["Authorization"]);
        Assert.DoesNotContain("api-key", call.Headers.Keys);
    }

    [Fact]
    public async Task TheApp_ServesProvidersWithAnApiVersion()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        await using var app = new ServiceCollection().AddSingleton(TimeProvider.System)
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("FAKE_KEY", ModelUnderTest.Secret)]).Build())
            .AddModels().BuildServiceProvider();
        var model = ModelUnderTest.Entry("model-a");
        var catalog = ModelUnderTest.CatalogOf(Provider(Root(endpoint), "2024-10-21"), model);

        await app.GetRequiredService<IChatClientFactory>().Get(catalog, model).GetResponseAsync("Hello.");

        Assert.EndsWith("?api-version=2024-10-21", Assert.Single(endpoint.Calls).Target);
    }

    static ChatClientFactory Factory(AuthenticationTokenProvider? entra = null) => new(name => name == "FAKE_KEY" ? ModelUnderTest.Secret : null,
        TimeProvider.System, entra: entra, dated: new AzureOpenAIDeployments());

    static IChatClient Client(ChatClientFactory factory, FakeModelEndpoint endpoint, ModelEntry? model = null, string version = "2024-10-21", bool entra = false)
    {
        model ??= ModelUnderTest.Entry("model-a");
        return factory.Get(ModelUnderTest.CatalogOf(Provider(Root(endpoint), version, entra), model), model);
    }

    static ProviderEntry Provider(Uri endpoint, string version, bool entra = false) =>
        ModelUnderTest.Provider(endpoint, ProviderKind.AzureOpenAI, entra ? null : "FAKE_KEY") with { ApiVersion = version, Entra = entra };

    static Uri Root(FakeModelEndpoint endpoint) => new(endpoint.Address.GetLeftPart(UriPartial.Authority));

    class OneToken(string token) : AuthenticationTokenProvider
    {
        public override GetTokenOptions? CreateTokenOptions(IReadOnlyDictionary<string, object> properties) => new(properties);

        public override AuthenticationToken GetToken(GetTokenOptions options, CancellationToken cancellationToken) =>
            new(token, "Bearer", DateTimeOffset.UtcNow.AddHours(1));

        public override ValueTask<AuthenticationToken> GetTokenAsync(GetTokenOptions options, CancellationToken cancellationToken) =>
            new(GetToken(options, cancellationToken));
    }

    sealed class NoToken() : OneToken("never given")
    {
        public string? Scope { get; private set; }

        public override async ValueTask<AuthenticationToken> GetTokenAsync(GetTokenOptions options, CancellationToken cancellationToken)
        {
            Scope = ((ReadOnlyMemory<string>)options.Properties[GetTokenOptions.ScopesPropertyName]).Span[0];
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return GetToken(options, cancellationToken);
        }
    }
}
