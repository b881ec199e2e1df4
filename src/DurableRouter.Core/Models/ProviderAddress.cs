using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;

namespace DurableRouter.Core.Models;

/// <summary>Where a provider is reached.</summary>
static class ProviderAddress
{
    /// <summary>The address that stands in the catalog, or in the environment variable that the catalog names.</summary>
    /// <exception cref="DurableRouterException">Code <c>config_invalid</c>: there is none, or it can't be used.</exception>
    public static Uri Of(ProviderEntry provider, Func<string, string?> environment)
    {
        if (provider.Endpoint is { } endpoint)
        {
            return endpoint;
        }

        var where = provider.Source is { } source ? $"{source}: the provider '{provider.Name}'" : $"The provider '{provider.Name}'";
        if (provider.EndpointEnv is not { } variable)
        {
            throw new DurableRouterException(ErrorCodes.ConfigInvalid, $"{where} has no endpoint.");
        }

        if (environment(variable)?.Trim() is not { Length: > 0 } text)
        {
            throw new DurableRouterException(ErrorCodes.ConfigInvalid,
                $"{where} needs the environment variable {variable}, which is not set. Set it to the provider's address.");
        }

        return Problem(text, provider.Kind, out var address) is { } problem
            ? throw new DurableRouterException(ErrorCodes.ConfigInvalid, $"{where}: the environment variable {variable} {problem}.")
            : address!;
    }

    /// <summary>Why a text can't be a provider's address, as the rest of a sentence; null: it can.</summary>
    internal static string? Problem(string text, ProviderKind? kind, out Uri? address)
    {
        address = null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
        {
            return "must be an absolute https address";
        }

        if (uri.UserInfo.Length > 0 || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            return "must not hold a user, a query or a fragment";
        }

        if (kind == ProviderKind.Simulated && !(uri.Scheme == "http" && uri.IsLoopback))
        {
            return "must be http on this machine, like http://127.0.0.1:5081/v1: it is simulated";
        }

        if (uri.Scheme == "http" && !uri.IsLoopback)
        {
            return "must be https: http would send keys and documents in the clear, so it is for this machine only";
        }

        address = uri;
        return null;
    }
}
