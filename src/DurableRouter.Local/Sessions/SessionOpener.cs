using DurableRouter.Core.Errors;
using DurableRouter.Engine;
using DurableRouter.Engine.Storage;
using DurableRouter.Local.Commands;

namespace DurableRouter.Local.Sessions;

enum Access
{
    /// <summary>Looks only; no run moves. The folder has to exist.</summary>
    Read,

    /// <summary>Changes one run's state; others stay where they are. The folder has to exist.</summary>
    Steer,

    /// <summary>Runs go on while the command lives.</summary>
    Drive,
}

/// <summary>Chooses who answers for a data folder: its living host, or this process.</summary>
static class SessionOpener
{
    /// <exception cref="DurableRouterException">Codes <c>config_invalid</c>, <c>key_missing</c>, <c>data_folder_locked</c> and the store's.</exception>
    public static async Task<IRouterSession> OpenAsync(string configFolder, string dataFolder, Access access, bool mayCreate = false)
    {
        if (DataFolderLock.FindLiveHolder(dataFolder) is { Url: { } url })
        {
            return new RemoteSession(new Uri(url.EndsWith('/') ? url : url + "/"), Environment.GetEnvironmentVariable("DURABLEROUTER_KEY"));
        }

        if (!mayCreate && !Directory.Exists(dataFolder))
        {
            throw new UsageException($"There is no data folder {Path.GetFullPath(dataFolder)}. Name the right one with --data, or start a run: durable-router run --input FILE");
        }

        var host = HostComposition.Create(configFolder, new EngineOptions { DataFolder = dataFolder });
        if (access == Access.Drive)
        {
            await host.Engine.StartAsync();
        }

        return new EmbeddedSession(host);
    }
}
