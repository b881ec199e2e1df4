using DurableRouter.Core.Approvals;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Notifications;
using DurableRouter.Http.Access;
using DurableRouter.Http.Runs;
using DurableRouter.Http.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Http;

public static class RouterApiServices
{
    /// <summary>Registers what the handlers need. The host adds <c>IRunClient</c>, <c>ILedger</c>, <c>IApprovalStore</c>,
    /// <c>IContentStore</c>, <c>IDefinitionSource</c> and a <see cref="Pipelines.DefinitionRegistry"/>.</summary>
    public static IServiceCollection AddDurableRouterHttp(this IServiceCollection services, Action<RouterApiOptions>? configure = null)
    {
        var options = new RouterApiOptions();
        configure?.Invoke(options);

        // The framework's line for each request repeats its query, where callers who are used to other hosts put their key.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning));
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<Callers>();
        services.AddSingleton<RunStarter>();

        services.AddSingleton<ApprovalDecisions>();
        services.AddSingleton<ApprovalLinks>();
        services.AddSingleton<RouterApi>();
        return services;
    }

    /// <summary>Registers what <c>webhooks.yaml</c> asks of the interface: callbacks, and decisions by signed messages.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services, WebhookConfig config, WebhookSecrets secrets)
    {
        services.AddSingleton(config).AddSingleton(secrets).AddSingleton<DeliveryLog>();
        return config.Sources.Count > 0 ? services.AddSingleton<WebhookInbox>() : services;
    }
}
