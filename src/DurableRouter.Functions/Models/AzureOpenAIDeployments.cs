using System.ClientModel.Primitives;
using Azure.AI.OpenAI;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Models;
using OpenAI.Chat;

namespace DurableRouter.Functions.Models;

/// <summary>Deployments behind Azure OpenAI's dated API: <c>/openai/deployments/NAME/chat/completions?api-version=DATE</c>.</summary>
public sealed class AzureOpenAIDeployments : IDatedDeployments
{
    public ChatClient Open(DatedDeployment deployment)
    {
        var options = new AzureOpenAIClientOptions(Version(deployment));
        deployment.Configure(options);
        var pipeline = ClientPipeline.Create(options, perCallPolicies: [], perTryPolicies: [deployment.Authentication], beforeTransportPolicies: []);
        return new Resource(pipeline, deployment.Resource, options).GetChatClient(deployment.Name);
    }

    static AzureOpenAIClientOptions.ServiceVersion Version(DatedDeployment deployment)
    {
        if (Enum.TryParse<AzureOpenAIClientOptions.ServiceVersion>(Member(deployment.ApiVersion), ignoreCase: true, out var version))
        {
            return version;
        }

        var known = Enum.GetNames<AzureOpenAIClientOptions.ServiceVersion>().Select(Date).Order(StringComparer.Ordinal);
        throw new DurableRouterException(ErrorCodes.ConfigInvalid,
            $"{deployment.Where}: the provider's apiVersion '{deployment.ApiVersion}' is none that Azure.AI.OpenAI speaks; allowed: {string.Join(", ", known)}. "
            + "Or leave it out, and let the endpoint end in /openai/v1.");
    }

    // V2024_08_01_Preview is 2024-08-01-preview.
    static string Member(string date) => "V" + date.Replace('-', '_');

    static string Date(string member) => member[1..].Replace('_', '-').ToLowerInvariant();

    /// <summary>The public constructors would bring a token policy that forgets the call's deadline while it waits for Entra, and shares its
    /// token between calls without a lock. With a pipeline made here, both APIs of Azure sign in the same way.</summary>
    sealed class Resource(ClientPipeline pipeline, Uri endpoint, AzureOpenAIClientOptions options) : AzureOpenAIClient(pipeline, endpoint, options);
}
