using DurableRouter.Tests;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>What the build of these tests leaves beside them: the app as users deploy it, and the host that runs it.</summary>
static class PublishedApp
{
    /// <summary>The app, published. A variable names another one, such as that of a released version.</summary>
    public static string Folder => Environment.GetEnvironmentVariable("DURABLEROUTER_TESTED_APP") is { Length: > 0 } other
        ? other
        : Path.Combine(AppContext.BaseDirectory, "app");

    /// <summary>Built by the same build, so into the same configuration and framework.</summary>
    public static string Host
    {
        get
        {
            var framework = new DirectoryInfo(AppContext.BaseDirectory);
            var project = Path.Combine(Repository.Root, "tests", "DurableRouter.FunctionsHost");
            return Path.Combine(project, "bin", framework.Parent!.Name, framework.Name, "DurableRouter.FunctionsHost.dll");
        }
    }
}
