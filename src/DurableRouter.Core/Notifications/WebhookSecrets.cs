using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;

namespace DurableRouter.Core.Notifications;

/// <summary>The keys behind the variables that <c>webhooks.yaml</c> names, read once at start.</summary>
public sealed class WebhookSecrets
{
    readonly Dictionary<string, byte[]> _keys = new(StringComparer.Ordinal);

    /// <exception cref="DurableRouterException">Code <c>key_missing</c>: every variable that is missing or holds no secret, with its place.</exception>
    public WebhookSecrets(WebhookConfig config, Func<string, string?> variable)
    {
        var problems = new List<string>();
        foreach (var names in config.Sources.Select(s => s.Secrets).Concat(config.Receivers.Select(r => r.Secrets))
            .Concat(config.Callbacks is { } callbacks ? [callbacks.Secrets] : []))
        {
            foreach (var name in names.Variables)
            {
                if (WebhookSignature.ReadSecret(variable(name) ?? "") is { } key)
                {
                    _keys[name] = key;
                }
                else
                {
                    problems.Add($"{names.Place}: the variable {name} must hold a secret: whsec_ and base64 of 24 to 64 random bytes. "
                        + $"To make one: export {name}=whsec_$(openssl rand -base64 32)");
                }
            }
        }

        if (problems.Count > 0)
        {
            throw new DurableRouterException(ErrorCodes.KeyMissing, string.Join('\n', problems.Distinct()));
        }
    }

    public IReadOnlyList<byte[]> Of(SecretNames names) => [.. names.Variables.Select(v => _keys[v])];
}
