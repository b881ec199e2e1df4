using System.Diagnostics;
using System.Runtime.CompilerServices;
using DurableRouter.Core.Activities;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Models;
using DurableRouter.Local.Output;
using DurableRouter.Simulation;
using Microsoft.Extensions.AI;

namespace DurableRouter.Local.Diagnosis;

/// <summary>Whether the configuration holds, its keys are there, and its models answer. Tools are never called.</summary>
static class ConfigChecks
{
    /// <summary>Prices older than this many days are worth another look.</summary>
    const int StaleDays = 90;

    const int TinyOutputTokens = 16;

    public static async IAsyncEnumerable<Finding> RunAsync(string folder, bool call, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var loaded = ConfigLoader.Load(folder, HostComposition.OwnChecks);
        if (loaded.Config is not { } config)
        {
            foreach (var problem in loaded.Problems)
            {
                yield return new Finding(Verdict.Fail, "configuration", Path.Combine(folder, problem.ToString()));
            }

            yield break;
        }

        yield return new Finding(Verdict.Ok, "configuration", $"{folder} is valid");
        yield return Age(config.Catalog);
        using var clients = new ChatClientFactory(Environment.GetEnvironmentVariable, TimeProvider.System, SimulatedModels.With(TimeProvider.System));
        foreach (var model in config.Catalog.Models)
        {
            yield return await ModelAsync(clients, config.Catalog, model, folder, call, cancellationToken);
        }

        foreach (var tool in config.Tools)
        {
            yield return Tool(tool, folder);
        }
    }

    static Finding Age(ModelCatalog catalog)
    {
        var days = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).DayNumber - catalog.AsOf.DayNumber;
        var asOf = $"prices as of {catalog.AsOf:yyyy-MM-dd}";
        return days > StaleDays
            ? new Finding(Verdict.Warn, "catalog", $"{asOf}, {days} days ago. Compare them with the providers' pages, then set asOf in models.yaml.")
            : new Finding(Verdict.Ok, "catalog", asOf);
    }

    /// <summary>Calls none: there is no call that is sure to have no effect.</summary>
    static Finding Tool(ToolDefinition tool, string folder) => ToolClient.MissingKey(tool, Environment.GetEnvironmentVariable) is { } missing
        ? new Finding(Verdict.Fail, "tool", Path.Combine(folder, missing))
        : new Finding(Verdict.Ok, "tool", $"{tool.Name}: {tool.Scope.ToString().ToLowerInvariant()}, {tool.Method} {tool.Url.GetLeftPart(UriPartial.Path)}; "
            + (tool.ApiKeyEnv is null ? "asks for no key; not called" : "its key is in place; not called"));

    /// <summary>A missing key is found by making the client; everything else needs a call.</summary>
    static async Task<Finding> ModelAsync(ChatClientFactory clients, ModelCatalog catalog, ModelEntry model, string folder, bool call,
        CancellationToken cancellationToken)
    {
        var label = catalog.Providers[model.Provider].Kind == ProviderKind.Simulated ? "simulated, " : "";
        var started = Stopwatch.GetTimestamp();
        try
        {
            var client = clients.Get(catalog, model);
            if (!call)
            {
                return new Finding(Verdict.Ok, "model", $"{model.Name}: {label}credentials are in place; not called");
            }

            var reply = await client.GetResponseAsync([new ChatMessage(ChatRole.User, "Answer with the one word: ok")],
                new ChatOptions { MaxOutputTokens = TinyOutputTokens }, cancellationToken);
            return new Finding(Verdict.Ok, "model", $"{model.Name}: {label}answered in {Took()} as {reply.ModelId ?? "an unnamed model"}");
        }
        catch (ModelCallException e) when (e.Failure.Code == FailureCodes.OutputTruncated)
        {
            // A model that thinks first uses the tiny limit up: it is there.
            return new Finding(Verdict.Ok, "model", $"{model.Name}: {label}answered in {Took()}");
        }
        catch (ModelCallException e)
        {
            return new Finding(Verdict.Fail, "model", $"{model.Name}: {label}{e.Failure.Code}: {e.Failure.Message} Look at {Path.Combine(folder, model.Source ?? ConfigFiles.CatalogFile)}");
        }
        catch (DurableRouterException e)
        {
            return new Finding(Verdict.Fail, "model", Path.Combine(folder, e.Message));
        }

        string Took() => Figures.Seconds(Stopwatch.GetElapsedTime(started));
    }
}
