using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using DurableRouter.Core.Activities;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Checks;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Health;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Models;
using DurableRouter.Core.Notifications;
using DurableRouter.Core.Values;
using DurableRouter.Core.Workflow;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Durable;
using DurableRouter.Functions.Http;
using DurableRouter.Functions.Models;
using DurableRouter.Functions.Runs;
using DurableRouter.Functions.Storage;
using DurableRouter.Http;
using DurableRouter.Http.Health;
using DurableRouter.Http.Pipelines;
using DurableRouter.Http.Webhooks;
using DurableRouter.Simulation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DurableRouter.Functions;

/// <summary>The app's parts.</summary>
static class AppServices
{
    /// <summary>All that the app is made of, but for the worker's own services.</summary>
    /// <exception cref="Core.Errors.DurableRouterException">Code <c>key_missing</c>: every secret of messages that isn't set.</exception>
    public static IServiceCollection AddRouterApp(this IServiceCollection services, AppSettings settings, RouterConfig config, IConfiguration secrets) => services
        .AddPipelines(config)
        .AddModels()
        .AddTools()
        .AddAzureStorage(settings)
        .AddDurableRuns(settings)
        .AddMessages(settings, config.Webhooks, secrets)
        .AddHttpInterface(settings, config.Webhooks);

    /// <summary>Every <see cref="IOutputCheck"/> of this program: a class in any file of this project is one.</summary>
    public static OutputChecks OwnChecks { get; } = OutputChecks.In(typeof(AppServices).Assembly);

    static IServiceCollection AddPipelines(this IServiceCollection services, RouterConfig config) => services
        .AddSingleton(config).AddSingleton(DefinitionRegistry.From(config))
        .AddSingleton<IDefinitionSource>(s => DefinitionCache.Over(s.GetRequiredService<IContentStore>(), OwnChecks));

    /// <summary>Clients of the catalog's models. Where a provider says <c>entra: true</c>, they call with the app's identity.</summary>
    public static IServiceCollection AddModels(this IServiceCollection services) => services
        .AddSingleton<IChatClientFactory>(s => new ChatClientFactory(name => s.GetRequiredService<IConfiguration>()[name], s.GetRequiredService<TimeProvider>(),
            SimulatedModels.With(s.GetRequiredService<TimeProvider>()), dated: new AzureOpenAIDeployments()))
        .AddSingleton<ModelHealth>();

    /// <summary>The client of <c>tools.yaml</c>'s tools. It shares its connections with messages.</summary>
    static IServiceCollection AddTools(this IServiceCollection services) => services
        .AddSingleton<GuardedHttpClient>()
        .AddSingleton(s => new ToolClient(s.GetRequiredService<GuardedHttpClient>(), name => s.GetRequiredService<IConfiguration>()[name], s.GetRequiredService<TimeProvider>()));

    /// <summary>Everything that is kept, on Azure Tables and Blobs: with the app's identity, or with a connection string where one is set.</summary>
    static IServiceCollection AddAzureStorage(this IServiceCollection services, AppSettings settings)
    {
        var tables = WithOurFailures(new TableClientOptions());
        var blobs = WithOurFailures(new BlobClientOptions());
        services.AddSingleton(settings.StorageConnection is { } connection
            ? new StorageLayout(new TableServiceClient(connection, tables), new BlobServiceClient(connection, blobs))
            : new StorageLayout(new TableServiceClient(settings.TableService!, new DefaultAzureCredential(), tables),
                new BlobServiceClient(settings.BlobService!, new DefaultAzureCredential(), blobs)));
        return services
            .AddSingleton<BlobContentStore>().AddSingleton<IContentStore>(s => s.GetRequiredService<BlobContentStore>())
            .AddSingleton<IRunContent>(s => s.GetRequiredService<BlobContentStore>())
            .AddSingleton<TableLedger>().AddSingleton<ILedger>(s => s.GetRequiredService<TableLedger>())
            .AddSingleton<ILedgerWriter>(s => s.GetRequiredService<TableLedger>()).AddSingleton<IAttemptLeases, TableAttemptLeases>()
            .AddSingleton<Func<IRunClient>>(s => s.GetRequiredService<IRunClient>).AddSingleton<TableApprovalStore>()
            .AddSingleton<IApprovalStore>(s => s.GetRequiredService<TableApprovalStore>())
            .AddSingleton<IApprovalWakeUps>(s => s.GetRequiredService<TableApprovalStore>())
            .AddSingleton<RunPartition>().AddSingleton<IRunIndex, TableRunIndex>().AddSingleton<IRunHistory, TableRunHistory>()
            .AddSingleton<IDayBudget, TableDayBudget>()
            .AddSingleton<TableOutbox>().AddSingleton<IOutbox>(s => s.GetRequiredService<TableOutbox>())
            .AddSingleton<IWaitingMessages>(s => s.GetRequiredService<TableOutbox>())
            .AddSingleton<IReadinessProbe, StorageProbe>();
    }

    /// <summary>The router's workflow and activities on Durable Task.</summary>
    static IServiceCollection AddDurableRuns(this IServiceCollection services, AppSettings settings) => services
        .AddSingleton<TaskHub>().AddSingleton<Workflow, RouterWorkflow>().AddSingleton<WorkflowHost>()
        .AddSingleton<IEnumerable<Activity>>(s => RouterActivities.Create(s.GetRequiredService<IDefinitionSource>(),
            s.GetRequiredService<IChatClientFactory>(), s.GetRequiredService<IApprovalStore>(), s.GetRequiredService<IDayBudget>(), s.GetRequiredService<ModelHealth>(),
            new ApprovalNotices(s.GetRequiredService<WebhookConfig>().Receivers, s.GetRequiredService<IOutbox>()), s.GetRequiredService<ToolClient>()))
        // The last hosted service is stopped first: the worker is still up while calls come to their end.
        .AddSingleton<LeaseKeeper>().AddSingleton<CallsInFlight>().AddHostedService(s => s.GetRequiredService<CallsInFlight>())
        .AddSingleton<ActivityHost>().AddSingleton<RunEndings>().AddSingleton<RunStarts>().AddSingleton<RunSweep>().AddSingleton<RunAdoption>()
        .AddSingleton<IRunClient, DurableTaskRunClient>()
        .AddSingleton(s => new Retention(s.GetRequiredService<IRunClient>(), settings.Retention, s.GetRequiredService<TimeProvider>()));

    /// <summary>Messages to others and from them, signed with the secrets that <c>webhooks.yaml</c> names.</summary>
    /// <exception cref="Core.Errors.DurableRouterException">Code <c>key_missing</c>: every secret that isn't set.</exception>
    static IServiceCollection AddMessages(this IServiceCollection services, AppSettings settings, WebhookConfig config, IConfiguration secrets) => services
        .AddWebhooks(config, new WebhookSecrets(config, name => secrets[name]))
        .AddSingleton(s => new DeliveryWorker(s.GetRequiredService<IOutbox>(), s.GetRequiredService<IApprovalStore>(), s.GetRequiredService<IRunClient>(),
            config, s.GetRequiredService<WebhookSecrets>(), s.GetRequiredService<GuardedHttpClient>(),
            () => (settings.PublicUrl ?? config.PublicUrl ?? settings.OwnUrl).AbsoluteUri.TrimEnd('/'), s.GetRequiredService<TimeProvider>(),
            s.GetRequiredService<DeliveryLog>().Report));

    /// <summary>The HTTP interface, with the callers' keys and addresses.</summary>
    static IServiceCollection AddHttpInterface(this IServiceCollection services, AppSettings settings, WebhookConfig webhooks) => services.AddDurableRouterHttp(options =>
    {
        options.PublicUrl = settings.PublicUrl ?? webhooks.PublicUrl;
        options.AllowKeylessLoopback = settings.Keyless;
        options.ClientAddress = new ClientAddress(settings.ClientAddressHeader).Of;
        foreach (var key in settings.Keys)
        {
            options.Keys.Add(key);
        }
    });

    /// <summary>Checks the credentials of models and tools, creates tables and container where they are missing, and publishes the pipelines.</summary>
    /// <exception cref="Core.Errors.DurableRouterException">Codes <c>key_missing</c>, <c>storage_busy</c>, <c>storage_failed</c>.</exception>
    public static async Task PrepareAsync(this IServiceProvider services, AppSettings settings)
    {
        HostConfig.CheckCredentials(services.GetRequiredService<RouterConfig>(), settings.ConfigFolder, services.GetRequiredService<IChatClientFactory>(),
            name => services.GetRequiredService<IConfiguration>()[name]);
        await new Preparation(services.GetRequiredService<StorageLayout>(), services.GetRequiredService<IContentStore>())
            .EnsureAsync([.. services.GetRequiredService<DefinitionRegistry>().All], CancellationToken.None);
    }

    static TOptions WithOurFailures<TOptions>(TOptions options) where TOptions : ClientOptions
    {
        options.AddPolicy(new StorageFailures(), HttpPipelinePosition.PerCall);
        return options;
    }
}
