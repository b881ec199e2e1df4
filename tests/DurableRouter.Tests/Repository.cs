namespace DurableRouter.Tests;

/// <summary>Finds files of the working copy that the tests were built from.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Config => Path.Combine(Root, "config");

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DurableRouter.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run outside of a working copy.");
    }
}
