using DurableRouter.Core.Activities;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Checks;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Health;
using DurableRouter.Core.Models;
using DurableRouter.Core.Notifications;
using DurableRouter.Core.Workflow;
using DurableRouter.Engine;
using DurableRouter.Http.Pipelines;
using DurableRouter.Http.Runs;
using DurableRouter.Simulation;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableRouter.Local;

/// <summary>Everything that runs pipelines in this process, put together: configuration, models, workflow, engine and stores.</summary>
sealed class HostComposition : IAsyncDisposable
{
    readonly ChatClientFactory _clients;

    HostComposition(string configFolder, EngineOptions options, ILoggerFactory? loggers)
    {
        Config = HostConfig.Load(configFolder, OwnChecks);
        _clients = new ChatClientFactory(Environment.GetEnvironmentVariable, Clock, SimulatedModels.With(Clock));
        HostConfig.CheckCredentials(Config, configFolder, _clients, Environment.GetEnvironmentVariable);
        Secrets = new WebhookSecrets(Config.Webhooks, Environment.GetEnvironmentVariable);
        Definitions = DefinitionRegistry.From(Config);
        Health = new ModelHealth(Clock);

        DefinitionCache? cache = null;
        Engine = new EmbeddedEngine(options, stores =>
        {
            cache = DefinitionCache.Over(stores.Content, OwnChecks);
            var dayBudget = LedgerDayBudget.Over(stores.Ledger, stores.CallsLeftOpen, cache, Clock);
            return ([new RouterWorkflow(cache)], RouterActivities.Create(cache, _clients, stores.Approvals, dayBudget, Health,
                new ApprovalNotices(Config.Webhooks.Receivers, stores.Outbox), new ToolClient(Http, Environment.GetEnvironmentVariable, Clock)));
        }, Clock, (loggers ?? NullLoggerFactory.Instance).CreateLogger<EmbeddedEngine>());
        Starter = new RunStarter(Engine, Engine.Content, Definitions, Clock, Config.Webhooks);
        Cache = cache!;
    }

    /// <summary>Every <see cref="IOutputCheck"/> of this program: a class in any file of this project is one.</summary>
    public static OutputChecks OwnChecks { get; } = OutputChecks.In(typeof(HostComposition).Assembly);

    public TimeProvider Clock { get; } = TimeProvider.System;

    public RouterConfig Config { get; }

    public DefinitionRegistry Definitions { get; }

    public ModelHealth Health { get; }

    /// <summary>Of signed messages.</summary>
    public WebhookSecrets Secrets { get; }

    /// <summary>For addresses outside the catalog: tools and messages.</summary>
    public GuardedHttpClient Http { get; } = new();

    public IDefinitionSource Cache { get; }

    public EmbeddedEngine Engine { get; }

    public RunStarter Starter { get; }

    /// <summary>Who acts when nobody is told apart by keys.</summary>
    public static string LocalSubject => "local:" + Environment.UserName;

    /// <summary>Takes the data folder; nothing runs before the engine is started.</summary>
    /// <exception cref="DurableRouterException">Codes <c>config_invalid</c>, <c>key_missing</c>, <c>data_folder_locked</c> and the store's.</exception>
    public static HostComposition Create(string configFolder, EngineOptions options, ILoggerFactory? loggers = null) =>
        new(configFolder, options, loggers);

    public ApprovalDecisions Decisions => new(Engine.Approvals, Cache, Engine.Content, Clock, Engine);

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        _clients.Dispose();
        Http.Dispose();
    }
}
