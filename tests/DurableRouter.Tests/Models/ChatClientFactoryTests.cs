using System.ClientModel;
using System.ClientModel.Primitives;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Models;
using DurableRouter.Simulation;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;
using Microsoft.Extensions.AI;

namespace DurableRouter.Tests.Models;

public class ChatClientFactoryTests
{
    static readonly Uri Nowhere = new("http://127.0.0.1:9/v1");

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  \n")]
    public void Key_NotSet_NamesModelPlaceAndVariable(string? value)
    {
        using var factory = new ChatClientFactory(_ => value, TimeProvider.System);
        var model = ModelUnderTest.Entry("model-a");

        var error = Assert.Throws<DurableRouterException>(() => factory.Get(ModelUnderTest.CatalogOf(Nowhere, model), model));

        Assert.Equal(ErrorCodes.KeyMissing, error.Code);
        Assert.Contains("models.yaml:12", error.Message);
        Assert.Contains("model-a", error.Message);
        Assert.Contains("FAKE_KEY", error.Message);
    }

    [Fact]
    public void Key_SetLater_IsFound()
    {
        string? key = null;
        using var factory = new ChatClientFactory(_ => key, TimeProvider.System);
        var model = ModelUnderTest.Entry("model-a");
        var catalog = ModelUnderTest.CatalogOf(Nowhere, model);
        Assert.Throws<DurableRouterException>(() => factory.Get(catalog, model));

        key = ModelUnderTest.Secret;

        Assert.NotNull(factory.Get(catalog, model));
    }

    [Fact]
    public void Key_WithALineBreakInside_IsRefusedWithoutBeingShown()
    {
        using var factory = new ChatClientFactory(_ => ModelUnderTest.Secret + "\nX-Evil: 1", TimeProvider.System);
        var model = ModelUnderTest.Entry("model-a");

        var error = Assert.Throws<DurableRouterException>(() => factory.Get(ModelUnderTest.CatalogOf(Nowhere, model), model));

        Assert.DoesNotContain(ModelUnderTest.Secret, error.ToString());
    }

    [Theory]
    [InlineData(null, "ENDPOINT_OF_NORTH, which is not set")]
    [InlineData(" ", "ENDPOINT_OF_NORTH, which is not set")]
    [InlineData("north.example.com", "ENDPOINT_OF_NORTH must be an absolute https address")]
    [InlineData("http://north.example.com/v1", "ENDPOINT_OF_NORTH must be https")]
    [InlineData("https://user:word@north.example.com/v1", "ENDPOINT_OF_NORTH must not hold a user")]
    public void Address_OfTheEnvironment_IsHeldToTheRulesOfTheFile(string? value, string problem)
    {
        using var factory = new ChatClientFactory(name => name == "ENDPOINT_OF_NORTH" ? value : ModelUnderTest.Secret, TimeProvider.System);
        var model = ModelUnderTest.Entry("model-a");

        var error = Assert.Throws<DurableRouterException>(() => factory.Get(WithAddressOf("ENDPOINT_OF_NORTH", model), model));

        Assert.Equal(ErrorCodes.ConfigInvalid, error.Code);
        Assert.Contains(problem, error.Message);
        Assert.DoesNotContain("user:word", error.Message);
    }

    [Fact]
    public void Address_OfTheEnvironment_IsCalled()
    {
        using var factory = new ChatClientFactory(name => name == "ENDPOINT_OF_NORTH" ? Nowhere.ToString() : ModelUnderTest.Secret, TimeProvider.System);
        var model = ModelUnderTest.Entry("model-a");

        var client = factory.Get(WithAddressOf("ENDPOINT_OF_NORTH", model), model);

        Assert.Equal(Nowhere, client.GetService<ChatClientMetadata>()!.ProviderUri);
    }

    [Fact]
    public void Clients_OfTheSameSettings_AreShared_OfOthersNot()
    {
        using var factory = new ChatClientFactory(_ => ModelUnderTest.Secret, TimeProvider.System);
        var (one, same, other) = (ModelUnderTest.Entry("model-a"), ModelUnderTest.Entry("model-a"), ModelUnderTest.Entry("model-a", parameters: """{"top_p":1}"""));
        var client = factory.Get(ModelUnderTest.CatalogOf(Nowhere, one), one);

        Assert.Same(client, factory.Get(ModelUnderTest.CatalogOf(Nowhere, one), one));
        Assert.Same(client, factory.Get(ModelUnderTest.CatalogOf(Nowhere, same), same));
        Assert.NotSame(client, factory.Get(ModelUnderTest.CatalogOf(Nowhere, other), other));
        Assert.NotSame(client, factory.Get(ModelUnderTest.CatalogOf(new Uri("http://127.0.0.1:10/v1"), one), one));
    }

    [Theory]
    [InlineData("""{"model":"another"}""")]
    [InlineData("""{"messages":[]}""")]
    [InlineData("""{"stream":false}""")]
    [InlineData("""{"tools":[]}""")]
    public void Params_ThatBelongToTheCall_AreRefused(string parameters)
    {
        using var factory = new ChatClientFactory(_ => ModelUnderTest.Secret, TimeProvider.System);
        var model = ModelUnderTest.Entry("model-a", parameters: parameters);

        Assert.Equal(ErrorCodes.ConfigInvalid, Assert.Throws<DurableRouterException>(() => factory.Get(ModelUnderTest.CatalogOf(Nowhere, model), model)).Code);
    }

    [Fact]
    public void ApiVersion_OnThisHost_IsRefusedWithTheWayOut()
    {
        using var factory = new ChatClientFactory(_ => ModelUnderTest.Secret, TimeProvider.System);
        var model = ModelUnderTest.Entry("model-a");
        var provider = ModelUnderTest.Provider(Nowhere, ProviderKind.AzureOpenAI) with { ApiVersion = "2024-10-21" };

        var error = Assert.Throws<DurableRouterException>(() => factory.Get(ModelUnderTest.CatalogOf(provider, model), model));

        Assert.Equal(ErrorCodes.ConfigInvalid, error.Code);
        Assert.Contains("apiVersion", error.Message);
    }

    [Theory]
    [InlineData(ProviderKind.OpenAI)]
    [InlineData(ProviderKind.Simulated)]
    public async Task Endpoint_WithoutAKey_GetsNoAuthorization(ProviderKind kind)
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        using var factory = new ChatClientFactory(_ => throw new InvalidOperationException("No variable is to be read."), TimeProvider.System);
        var model = ModelUnderTest.Entry("model-a");

        await factory.Get(ModelUnderTest.CatalogOf(ModelUnderTest.Provider(endpoint.Address, kind, apiKeyEnv: null), model), model).GetResponseAsync("Hello.");

        Assert.DoesNotContain("Authorization", endpoint.Calls[0].Headers.Keys);
    }

    [Fact]
    public async Task AzureV1_WithAKey_SendsItAsABearer()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For);
        using var factory = new ChatClientFactory(name => name == "FAKE_KEY" ? ModelUnderTest.Secret : null, TimeProvider.System);
        var model = ModelUnderTest.Entry("model-a");
        var provider = ModelUnderTest.Provider(new Uri(endpoint.Address + "/"), ProviderKind.AzureOpenAI);

        await factory.Get(ModelUnderTest.CatalogOf(provider, model), model).GetResponseAsync("Hello.");

        Assert.Equal($"Bearer {ModelUnderTest.Secret}", endpoint.Calls[0].Headers["Authorization"]);
    }

    [Fact]
    public async Task Entra_WithoutAToken_IsUnauthorizedAndSendsNothing()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For, tls: true);
        var tokens = new ScriptedTokens(() => throw new Azure.Identity.AuthenticationFailedException("details of the sign-in"));
        using var factory = new ChatClientFactory(_ => null, TimeProvider.System, entra: tokens);
        var model = ModelUnderTest.Entry("model-a");
        var provider = ModelUnderTest.Provider(endpoint.Address, ProviderKind.AzureOpenAI) with { Entra = true };
        var client = factory.Get(ModelUnderTest.CatalogOf(provider, model), model);

        var error = await Assert.ThrowsAsync<ModelCallException>(() => client.GetResponseAsync("Hello."));

        Assert.Equal((FailureCodes.Unauthorized, false), (error.Failure.Code, error.Failure.Retryable));
        Assert.Equal("https://ai.azure.com/.default", Assert.Single(tokens.Scopes));
        Assert.Empty(endpoint.Calls);
    }

    [Fact]
    public async Task Endpoint_WithAnUntrustedCertificate_IsRefused()
    {
        await using var endpoint = await FakeModelEndpoint.StartAsync(SaneReplies.For, tls: true);
        var tokens = new ScriptedTokens(() => new AuthenticationToken("token-of-entra", "Bearer", DateTimeOffset.UtcNow.AddHours(1)));
        using var factory = new ChatClientFactory(_ => null, TimeProvider.System, entra: tokens);
        var model = ModelUnderTest.Entry("model-a");
        var provider = ModelUnderTest.Provider(endpoint.Address, ProviderKind.AzureOpenAI) with { Entra = true };

        var error = await Assert.ThrowsAsync<ModelCallException>(() =>
            factory.Get(ModelUnderTest.CatalogOf(provider, model), model).GetResponseAsync("Hello."));

        Assert.Equal((FailureCodes.ConnectionFailed, false), (error.Failure.Code, error.Failure.Retryable));
        Assert.DoesNotContain("token-of-entra", error.ToString());
    }

    [Theory]
    [InlineData("rate_limited", FailureCodes.RateLimited, true)]
    [InlineData("quota_exhausted", FailureCodes.QuotaExhausted, false)]
    [InlineData("server_error", FailureCodes.UpstreamError, true)]
    [InlineData("truncated", FailureCodes.OutputTruncated, false)]
    [InlineData("content_filter", FailureCodes.ContentFiltered, false)]
    [InlineData("refusal", FailureCodes.Refused, false)]
    [InlineData("empty", FailureCodes.EmptyReply, true)]
    public async Task SimulatedFault_IsTheFailureOfARealModel(string fault, string code, bool retryable)
    {
        foreach (var stream in new[] { true, false })
        {
            var rule = new SimulatedFaultRule(fault, null, null, null, null, TimeSpan.FromSeconds(7));

            var error = await Assert.ThrowsAsync<ModelCallException>(() => SimulatedAsync(new SimulatedModel(5, 0, 1, [rule]), stream));

            Assert.Equal((code, retryable), (error.Failure.Code, error.Failure.Retryable));
            Assert.Equal(code is FailureCodes.RateLimited or FailureCodes.UpstreamError ? TimeSpan.FromSeconds(7) : null, error.Failure.RetryAfter);
        }
    }

    [Theory]
    [InlineData(true, FailureCodes.FirstByteTimeout)]
    [InlineData(false, FailureCodes.TotalTimeout)]
    public async Task SimulatedHang_EndsAtTheLimitOfARealModel(bool stream, string code)
    {
        var limits = new ModelTimeouts { FirstByte = TimeSpan.FromMilliseconds(60), Total = stream ? TimeSpan.FromMinutes(4) : TimeSpan.FromMilliseconds(120) };
        var rule = new SimulatedFaultRule("hang", null, null, null, null, null);

        var error = await Assert.ThrowsAsync<ModelCallException>(() => SimulatedAsync(new SimulatedModel(5, 0, 1, [rule]), stream, limits));

        Assert.Equal(code, error.Failure.Code);
    }

    [Fact]
    public async Task SimulatedHang_CancelledByTheCaller_IsNoFailure()
    {
        using var caller = new CancellationTokenSource(50);
        var rule = new SimulatedFaultRule("hang", null, null, null, null, null);

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            SimulatedAsync(new SimulatedModel(5, 0, 1, [rule]), stream: true, cancellationToken: caller.Token));

        Assert.Equal(caller.Token, error.CancellationToken);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SimulatedModel_Answers_MarkedAsSimulatedWithUsage(bool stream)
    {
        var response = await SimulatedAsync(new SimulatedModel(5, 0, 1, []), stream);

        Assert.NotEmpty(response.Text);
        Assert.Equal(true, response.AdditionalProperties![ChatProperties.Simulated]);
        Assert.False(UsageReader.Read(response.Usage, hasText: true, inputBound: 100_000, outputBound: 100_000).IsSuspect);
    }

    [Fact]
    public void SimulatedModel_OnAHostWithoutAny_IsRefused()
    {
        using var factory = new ChatClientFactory(_ => null, TimeProvider.System);
        var model = ModelUnderTest.Entry("sim");

        var error = Assert.Throws<DurableRouterException>(() =>
            factory.Get(ModelUnderTest.CatalogOf(ModelUnderTest.Provider(null, ProviderKind.Simulated, null), model), model));

        Assert.Equal(ErrorCodes.ConfigInvalid, error.Code);
    }

    static async Task<ChatResponse> SimulatedAsync(SimulatedModel settings, bool stream, ModelTimeouts? limits = null, CancellationToken cancellationToken = default)
    {
        using var factory = new ChatClientFactory(_ => null, TimeProvider.System, SimulatedModels.With(TimeProvider.System));
        var model = ModelUnderTest.Entry("sim", stream, limits) with { Simulate = settings };
        var client = factory.Get(ModelUnderTest.CatalogOf(ModelUnderTest.Provider(null, ProviderKind.Simulated, null), model), model);
        return await client.GetResponseAsync("Summarise: the invoice of 12 March is due on 30 April.", cancellationToken: cancellationToken);
    }

    sealed class ScriptedTokens(Func<AuthenticationToken> next) : AuthenticationTokenProvider
    {
        public List<string> Scopes { get; } = [];

        public override GetTokenOptions? CreateTokenOptions(IReadOnlyDictionary<string, object> properties) => new(properties);

        public override AuthenticationToken GetToken(GetTokenOptions options, CancellationToken cancellationToken)
        {
            Scopes.AddRange(Flatten(options.Properties[GetTokenOptions.ScopesPropertyName]));
            return next();
        }

        public override ValueTask<AuthenticationToken> GetTokenAsync(GetTokenOptions options, CancellationToken cancellationToken) =>
            new(GetToken(options, cancellationToken));

        static string[] Flatten(object scopes) => scopes switch
        {
            string one => [one],
            IEnumerable<string> many => [.. many],
            ReadOnlyMemory<string> memory => memory.ToArray(),
            _ => [scopes.ToString()!],
        };
    }

    static ModelCatalog WithAddressOf(string variable, ModelEntry model) =>
        ModelUnderTest.CatalogOf(ModelUnderTest.Provider(endpoint: null) with { EndpointEnv = variable }, model);
}
