using System.ClientModel.Primitives;
using OpenAI.Chat;

namespace DurableRouter.Core.Models;

/// <summary>Opens deployments behind Azure OpenAI's dated API, which needs a package of its own; its v1 endpoint needs none.</summary>
public interface IDatedDeployments
{
    /// <exception cref="Errors.DurableRouterException">Code <c>config_invalid</c>: the version is none that this host can speak.</exception>
    ChatClient Open(DatedDeployment deployment);
}

/// <param name="Resource">The resource's own address, such as <c>https://NAME.openai.azure.com</c>.</param>
/// <param name="ApiVersion">A date, such as <c>2024-10-21</c>, with <c>-preview</c> or without.</param>
/// <param name="Authentication">Puts the key or an Entra token on each request.</param>
/// <param name="Where">The catalog's entry, for messages.</param>
/// <param name="Configure">Gives the client's pipeline this host's connections, and takes retries, time-outs and logging from it.</param>
public sealed record DatedDeployment(Uri Resource, string Name, string ApiVersion, AuthenticationPolicy Authentication, string Where,
    Action<ClientPipelineOptions> Configure);
