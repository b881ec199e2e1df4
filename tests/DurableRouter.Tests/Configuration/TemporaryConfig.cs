using DurableRouter.Core.Configuration;

namespace DurableRouter.Tests.Configuration;

/// <summary>A configuration folder for one test: a small, right one, with the files that the test replaces.</summary>
sealed class TemporaryConfig : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("durable-router-config-");

    public TemporaryConfig(params (string File, string Content)[] replaced)
    {
        foreach (var file in LettersFiles())
        {
            Write(file, Letters(file));
        }

        foreach (var (file, content) in replaced)
        {
            Write(file, content);
        }
    }

    public string Folder => _folder.FullName;

    public static string[] LettersFiles() => ["models.yaml", "routing.yaml", "pipelines/letters.yaml"];

    /// <summary>A file of the small configuration that most tests start from.</summary>
    public static string Letters(string file) =>
        File.ReadAllText(Path.Combine(Repository.Root, "tests", "DurableRouter.Tests", "Configuration", "letters", file));

    public static ConfigLoadResult Load(params (string File, string Content)[] replaced)
    {
        using var config = new TemporaryConfig(replaced);
        return ConfigLoader.Load(config.Folder);
    }

    public void Write(string file, string content)
    {
        var path = Path.Combine(Folder, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
