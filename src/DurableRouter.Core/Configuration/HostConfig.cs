using DurableRouter.Core.Activities;
using DurableRouter.Core.Checks;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Models;

namespace DurableRouter.Core.Configuration;

/// <summary>The configuration as a host needs it before it starts: whole, and with the credentials of every model and tool.</summary>
public static class HostConfig
{
    /// <param name="own">Checks that the host has beside the built-in ones.</param>
    /// <exception cref="DurableRouterException">Code <c>config_invalid</c>: every problem with file and line.</exception>
    public static RouterConfig Load(string folder, OutputChecks? own = null)
    {
        if (!Directory.Exists(folder))
        {
            throw new DurableRouterException(ErrorCodes.ConfigInvalid, $"{folder}: there is no such folder. Name the one with models.yaml.");
        }

        var loaded = ConfigLoader.Load(folder, own);
        return loaded.Config ?? throw new DurableRouterException(ErrorCodes.ConfigInvalid,
            $"the configuration can't be used\n{string.Join('\n', loaded.Problems.Select(p => "  " + Path.Combine(folder, p.ToString())))}");
    }

    /// <summary>Better no start than a run that meets a missing key in its third step.</summary>
    /// <param name="variable">Gives the value of an environment variable, null when it is not set.</param>
    /// <exception cref="DurableRouterException">Code <c>key_missing</c>: every model and tool that can't be called.</exception>
    public static void CheckCredentials(RouterConfig config, string folder, IChatClientFactory clients, Func<string, string?> variable)
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

        missing.AddRange(config.Tools.Select(tool => ToolClient.MissingKey(tool, variable)).OfType<string>().Select(problem => Path.Combine(folder, problem)));
        if (missing.Count > 0)
        {
            throw new DurableRouterException(ErrorCodes.KeyMissing, string.Join('\n', missing));
        }
    }
}
