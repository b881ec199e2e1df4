using DurableRouter.Tests;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>What the build of these tests leaves beside them: the app as users deploy it, and the host that runs it.</summary>
static class PublishedApp
{
    /// <summary>The app, published. A variable names another one, such as that of a released version.</summary>
    public static string Folder => Environment.GetEnvironmentVariable("DURABLEROUTER_TESTED_APP") is { Length: > 0 } other
        ? other
        : Path.Combine(AppContext.BaseDirectory, "app");

    public static string Host => Built("DurableRouter.FunctionsHost");

    /// <summary>Loaded into the app's process where a test asks for it.</summary>
    public static string Faults => Built("DurableRouter.PlantedFaults");

    /// <summary>By the same build, so into the same configuration and framework.</summary>
    static string Built(string project)
    {
        var framework = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(Repository.Root, "tests", project, "bin", framework.Parent!.Name, framework.Name, $"{project}.dll");
    }
}
