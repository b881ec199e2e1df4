using System.ClientModel;
using System.ClientModel.Primitives;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure.Identity;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using Microsoft.Extensions.AI;
using OpenAI;
using OpenAI.Chat;

namespace DurableRouter.Core.Models;

/// <summary>Makes and keeps the clients of catalog entries. Owns the connections.</summary>
/// <param name="environment">Gives the value of an environment variable, null when it is not set.</param>
/// <param name="simulated">Makes the model of a simulated entry without an endpoint; null: this host has none.</param>
/// <param name="entra">Where Entra tokens come from; null: Azure's default chain of credentials.</param>
/// <param name="dated">Opens deployments of providers with an <c>apiVersion</c>; null: this host serves none.</param>
public sealed class ChatClientFactory(Func<string, string?> environment, TimeProvider clock, Func<ModelEntry, IChatClient>? simulated = null,
    AuthenticationTokenProvider? entra = null, IDatedDeployments? dated = null) : IChatClientFactory, IDisposable
{
    const string EntraScope = "https://ai.azure.com/.default";
    const string DatedEntraScope = "https://cognitiveservices.azure.com/.default";

    readonly HttpClient http = new(ModelTransport.CreateHandler()) { Timeout = Timeout.InfiniteTimeSpan };
    readonly ConcurrentDictionary<string, Lazy<IChatClient>> clients = new(StringComparer.Ordinal);

    // Entries of a pinned catalog are asked for thousands of times: their identity spares the settings' text.
    readonly ConditionalWeakTable<ModelEntry, Known> known = [];
    readonly Lazy<AuthenticationTokenProvider> tokens = new(() => entra ?? new DefaultAzureCredential());

    public IChatClient Get(ModelCatalog catalog, ModelEntry model)
    {
        if (!catalog.Providers.TryGetValue(model.Provider, out var provider))
        {
            throw new DurableRouterException(ErrorCodes.ConfigInvalid, $"{Where(model)} names the provider '{model.Provider}', which the catalog doesn't hold.");
        }

        if (known.TryGetValue(model, out var found) && found.Provider == provider)
        {
            return found.Client;
        }

        // Two catalogs with the same settings share a client. A failed creation is not kept: the variable may be set later.
        var settings = Settings(provider, model);
        var lazy = clients.GetOrAdd(settings, _ => new Lazy<IChatClient>(() => Create(provider, model)));
        try
        {
            var client = lazy.Value;
            known.AddOrUpdate(model, new Known(provider, client));
            return client;
        }
        catch
        {
            clients.TryRemove(KeyValuePair.Create(settings, lazy));
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var client in clients.Values)
        {
            if (client.IsValueCreated)
            {
                client.Value.Dispose();
            }
        }

        http.Dispose();
    }

    static string Settings(ProviderEntry provider, ModelEntry model) =>
        JsonSerializer.Serialize(provider, CoreJson.Default.ProviderEntry) + JsonSerializer.Serialize(model, CoreJson.Default.ModelEntry);

    IChatClient Create(ProviderEntry provider, ModelEntry model)
    {
        if (provider is { Kind: ProviderKind.Simulated, Endpoint: null })
        {
            return simulated is not null ? new InProcessChatClient(model, simulated(model), clock)
                : throw new DurableRouterException(ErrorCodes.ConfigInvalid,
                    $"{Where(model)} is simulated, and this host has no simulated models.");
        }

        var endpoint = ProviderAddress.Of(provider, environment);
        if (model.Params.Keys.FirstOrDefault(CatalogWords.ReservedParams.Contains) is { } reserved)
        {
            throw new DurableRouterException(ErrorCodes.ConfigInvalid, $"{Where(model)}: the parameter '{reserved}' is set by every call and can't be configured.");
        }

        var key = Key(provider, model);
        var chat = provider.ApiVersion is { } version ? Dated(provider, model, endpoint, key, version) : Undated(provider, model, endpoint, key);
        return new OpenAIChatClient(model, endpoint, chat, new WireFailures(new SecretRedactor(key)), clock);
    }

    ChatClient Undated(ProviderEntry provider, ModelEntry model, Uri endpoint, string? key)
    {
        var options = new OpenAIClientOptions { Endpoint = endpoint };
        Configure(options);
        var authentication = Authentication(provider, EntraScope,
            key is null ? null : ApiKeyAuthenticationPolicy.CreateHeaderApiKeyPolicy(new(key), "Authorization", "Bearer"));
        // The constructor that takes a policy is marked experimental in this version; the key constructor can't do without a key.
#pragma warning disable OPENAI001
        return new ChatClient(model.Deployment, authentication, options);
#pragma warning restore OPENAI001
    }

    ChatClient Dated(ProviderEntry provider, ModelEntry model, Uri endpoint, string? key, string version)
    {
        if (dated is null)
        {
            throw new DurableRouterException(ErrorCodes.ConfigInvalid,
                $"{Where(model)}: the provider '{provider.Name}' has an apiVersion, which only the Functions host serves. "
                + "Remove it, and let the endpoint end in /openai/v1 to use Azure's v1 endpoint.");
        }

        if (endpoint.Segments.Any(s => s.Trim('/').Equals("openai", StringComparison.OrdinalIgnoreCase)))
        {
            throw new DurableRouterException(ErrorCodes.ConfigInvalid,
                $"{Where(model)}: the provider '{provider.Name}' has an apiVersion, so its endpoint is the resource's own address, like https://NAME.openai.azure.com, "
                + "without a path of its API. Without the apiVersion the endpoint ends in /openai/v1.");
        }

        var authentication = Authentication(provider, DatedEntraScope,
            key is null ? null : ApiKeyAuthenticationPolicy.CreateHeaderApiKeyPolicy(new(key), "api-key"));
        return dated.Open(new DatedDeployment(endpoint, model.Deployment, version, authentication, Where(model), Configure));
    }

    AuthenticationPolicy Authentication(ProviderEntry provider, string scope, AuthenticationPolicy? key) =>
        provider.Entra ? new BearerTokenPolicy(tokens.Value, scope) : key ?? new PassThroughPolicy();

    void Configure(ClientPipelineOptions options)
    {
        options.Transport = new HttpClientPipelineTransport(http);
        options.RetryPolicy = new PassThroughPolicy();
        options.NetworkTimeout = Timeout.InfiniteTimeSpan;
        options.EnableDistributedTracing = false;
        options.ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false };
    }

    string? Key(ProviderEntry provider, ModelEntry model)
    {
        if (provider.Entra || provider.ApiKeyEnv is not { } variable)
        {
            return null;
        }

        var key = environment(variable)?.Trim();
        if (string.IsNullOrEmpty(key))
        {
            throw new DurableRouterException(ErrorCodes.KeyMissing,
                $"{Where(model)} needs the environment variable {variable}, which is not set. Set it to the key of provider '{provider.Name}'.");
        }

        // Anything else would fail inside the header, with the key in the message.
        if (key.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            throw new DurableRouterException(ErrorCodes.KeyMissing,
                $"{Where(model)}: the environment variable {variable} holds characters that no key has. Set it to the key of provider '{provider.Name}' alone.");
        }

        return key;
    }

    static string Where(ModelEntry model) => model.Source is { } source ? $"{source}: model '{model.Name}'" : $"Model '{model.Name}'";

    sealed record Known(ProviderEntry Provider, IChatClient Client);
}
