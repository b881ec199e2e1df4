using System.Text.Json;
using DurableRouter.Tests;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Infra;

/// <summary>What stands in <c>infra/</c>: every Bicep file parsed, and the parameters.</summary>
public sealed class InfraFolder
{
    static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);
    static readonly Lazy<Task<InfraFolder>> Shipped = new(ReadAsync);

    readonly IReadOnlyDictionary<string, string> _texts;

    InfraFolder(IReadOnlyDictionary<string, string> texts, IReadOnlyList<BicepFile> files)
    {
        _texts = texts;
        Files = files;
        using var parameters = JsonDocument.Parse(texts[ParametersFile]);
        GivenParameters = [.. parameters.RootElement.GetProperty("parameters").EnumerateObject().Select(p => p.Name)];
    }

    public const string ParametersFile = "main.parameters.json";

    public IReadOnlyList<BicepFile> Files { get; }

    public BicepFile Main => File("main.bicep")!;

    /// <summary>The names in main.parameters.json.</summary>
    public IReadOnlyList<string> GivenParameters { get; }

    public static Task<InfraFolder> ShippedAsync() => Shipped.Value;

    public BicepFile? File(string path) => Files.FirstOrDefault(f => f.Path == path);

    /// <summary>Copies of the folder, each with one text changed in one file.</summary>
    public async Task<IReadOnlyList<InfraFolder>> WithEachAsync(IReadOnlyList<InfraChange> changes)
    {
        foreach (var change in changes)
        {
            Assert.Contains(change.From, _texts[change.File], StringComparison.Ordinal);
        }

        var texts = changes.Select(c => _texts[c.File].Replace(c.From, c.To, StringComparison.Ordinal)).ToList();
        var trees = await ParseAsync(changes.Zip(texts, (change, text) => (change.File, text)).Where(c => IsBicep(c.File)));
        var parsed = trees.GetEnumerator();
        return [.. changes.Zip(texts, (change, text) =>
        {
            var changed = IsBicep(change.File) && parsed.MoveNext() ? parsed.Current : null;
            return new InfraFolder(
                new Dictionary<string, string>(_texts) { [change.File] = text },
                [.. Files.Select(f => f.Path == changed?.Path ? changed : f)]);
        })];
    }

    static async Task<InfraFolder> ReadAsync()
    {
        var folder = Path.Combine(Repository.Root, "infra");
        var texts = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(f => Path.GetRelativePath(folder, f).Replace('\\', '/'), System.IO.File.ReadAllText);
        return new(texts, await ParseAsync(texts.Where(t => IsBicep(t.Key)).Select(t => (t.Key, t.Value))));
    }

    static async Task<IReadOnlyList<BicepFile>> ParseAsync(IEnumerable<(string Path, string Text)> files)
    {
        var all = files.ToList();
        var trees = await NodeTools.RunAsync("bicep-trees.mjs", all.Select(f => JsonSerializer.Serialize(f.Text)));
        return [.. all.Zip(trees, (file, tree) => new BicepFile(file.Path, JsonSerializer.Deserialize<BicepNode>(tree, Web)!))];
    }

    static bool IsBicep(string path) => path.EndsWith(".bicep", StringComparison.Ordinal);
}

/// <param name="File">Relative to <c>infra/</c>.</param>
public sealed record InfraChange(string File, string From, string To);
