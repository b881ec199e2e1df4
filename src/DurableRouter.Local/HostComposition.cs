using DurableRouter.Core;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Budgets;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Health;
using DurableRouter.Core.Models;
using DurableRouter.Core.Pipelines;
using DurableRouter.Core.Steps;
using DurableRouter.Core.Verification;
using DurableRouter.Engine;
using DurableRouter.Http.Pipelines;
using DurableRouter.Http.Runs;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableRouter.Local;

/// <summary>Everything that runs pipelines in this process, put together: configuration, models, workflow, engine and stores.</summary>
sealed class HostComposition : IAsyncDisposable
{
    readonly ChatClientFactory _clients;

    HostComposition(string configFolder, EngineOptions options, ILoggerFactory? loggers)
    {
        Config = LoadConfig(configFolder);
        _clients = new ChatClientFactory(Environment.GetEnvironmentVariable, Clock);
        CheckCredentials(Config, configFolder, _clients);
        Definitions = DefinitionRegistry.From(Config);
        Health = new ModelHealth(Clock);

        DefinitionCache? cache = null;
        Engine = new EmbeddedEngine(options, stores =>
        {
            cache = new DefinitionCache(sha256 => Stored(stores.Content, sha256), OwnChecks);
            var dayBudget = new LedgerDayBudget(account => stores.Ledger.CostAsync(account, CancellationToken.None));
            return ([new RouterWorkflow(cache)], RouterActivities.Create(cache, _clients, stores.Approvals, dayBudget, Health));
        }, Clock, (loggers ?? NullLoggerFactory.Instance).CreateLogger<EmbeddedEngine>());
        Starter = new RunStarter(Engine, Engine.Content, Definitions, Clock);
        Cache = cache!;
    }

    /// <summary>Every <see cref="IOutputCheck"/> of this program: a class in any file of this project is one.</summary>
    public static OutputChecks OwnChecks { get; } = OutputChecks.In(typeof(HostComposition).Assembly);

    public TimeProvider Clock { get; } = TimeProvider.System;

    public RouterConfig Config { get; }

    public DefinitionRegistry Definitions { get; }

    public ModelHealth Health { get; }

    public IDefinitionSource Cache { get; }

    public EmbeddedEngine Engine { get; }

    public RunStarter Starter { get; }

    /// <summary>Who acts when nobody is told apart by keys.</summary>
    public static string LocalSubject => "local:" + Environment.UserName;

    /// <summary>Takes the data folder; nothing runs before the engine is started.</summary>
    /// <exception cref="DurableRouterException">Codes <c>config_invalid</c>, <c>key_missing</c>, <c>data_folder_locked</c> and the store's.</exception>
    public static HostComposition Create(string configFolder, EngineOptions options, ILoggerFactory? loggers = null) =>
        new(configFolder, options, loggers);

    /// <exception cref="DurableRouterException">Code <c>config_invalid</c>: every problem with file and line.</exception>
    public static RouterConfig LoadConfig(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DurableRouterException(ErrorCodes.ConfigInvalid, $"{folder}: there is no such folder. Name one with --config.");
        }

        var loaded = ConfigLoader.Load(folder, OwnChecks);
        return loaded.Config ?? throw new DurableRouterException(ErrorCodes.ConfigInvalid,
            $"the configuration can't be used\n{string.Join('\n', loaded.Problems.Select(p => "  " + Path.Combine(folder, p.ToString())))}");
    }

    public ApprovalDecisions Decisions => new(Engine.Approvals, Cache, Engine.Content, Clock);

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        _clients.Dispose();
    }

    /// <summary>Better no start than a run that meets a missing key in its third step.</summary>
    static void CheckCredentials(RouterConfig config, string folder, ChatClientFactory clients)
    {
        var missing = new List<string>();
        foreach (var model in config.Catalog.Models)
        {
            try
            {
                clients.Get(config.Catalog, model);
            }
            catch (DurableRouterException e) when (e.Code is ErrorCodes.KeyMissing or ErrorCodes.ConfigInvalid)
            {
                missing.Add(Path.Combine(folder, e.Message));
            }
        }

        if (missing.Count > 0)
        {
            throw new DurableRouterException(ErrorCodes.KeyMissing, string.Join('\n', missing));
        }
    }

    static ReadOnlyMemory<byte>? Stored(IContentStore content, string sha256)
    {
        try
        {
            // The embedded store answers from memory or with one read; the value is there when the task is returned.
            return content.GetAsync(sha256, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        }
        catch (DurableRouterException e) when (e.Code == ErrorCodes.ContentMissing)
        {
            return null;
        }
    }
}
