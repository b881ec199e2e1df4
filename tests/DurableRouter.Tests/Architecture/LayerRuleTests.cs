using System.Text.RegularExpressions;
using DurableRouter.Core.Errors;

namespace DurableRouter.Tests.Architecture;

/// <summary>Each folder of Core uses only the folders that stand below it in <see cref="Layers"/>, and itself. docs/architecture.md
/// shows the same picture with what each folder holds.</summary>
public sealed partial class LayerRuleTests
{
    /// <summary>From top to bottom.</summary>
    static readonly string[] Layers =
    [
        "Configuration",
        "Configuration/Pipelines",
        "Configuration/Tools",
        "Configuration/Routing",
        "Configuration/Models",
        "Configuration/Webhooks",
        "Configuration/Yaml",
        "Reports",
        "Workflow",
        "Activities",
        "Notifications",
        "Approvals",
        "Health",
        "Models",
        "Routing",
        "Review",
        "Compilation",
        "Checks",
        "Messages",
        "Durability",
        "Ledger",
        "Definitions",
        "Values",
        "Errors",
    ];

    const string Root = "DurableRouter.Core.";

    static readonly string Core = Path.Combine(Repository.Root, "src", "DurableRouter.Core");

    static readonly IReadOnlyList<Source> Sources = [.. Directory.EnumerateFiles(Core, "*.cs", SearchOption.AllDirectories)
        .Select(path => (Path: path, Name: Path.GetRelativePath(Core, path).Replace('\\', '/')))
        .Where(file => !file.Name.StartsWith("obj/", StringComparison.Ordinal) && !file.Name.StartsWith("bin/", StringComparison.Ordinal))
        .Select(file => new Source(file.Name, File.ReadAllText(file.Path)))];

    [Fact]
    public void EveryFile_LiesInALayer_AndItsNamespaceIsItsFolder()
    {
        Assert.NotEmpty(Sources);
        Assert.All(Sources, source =>
        {
            Assert.Contains(source.Folder, Layers);
            Assert.Equal(Root + source.Folder.Replace('/', '.'), Namespace().Match(source.Text).Groups[1].Value);
        });
    }

    [Fact]
    public void Manual_ShowsTheFoldersInTheirOrder()
    {
        var manual = File.ReadAllText(Path.Combine(Repository.Root, "docs", "architecture.md"));

        Assert.Equal(Layers.Where(folder => !folder.Contains('/')), FolderRow().Matches(manual).Select(m => m.Groups[1].Value));
    }

    /// <summary>What the compiler saw: signatures, members and method bodies, the lambdas' and generated ones included.</summary>
    [Fact]
    public void NoType_UsesATypeOfALayerAbove()
    {
        var used = typeof(ErrorCodes).Assembly.GetTypes().Where(t => FolderOf(t) is not null).SelectMany(t =>
            TypeUses.Of(t).Select(other => (From: TypeUses.Outermost(t), To: TypeUses.Outermost(other))).Distinct()).Distinct().ToList();

        Assert.True(used.Count > 1000, $"only {used.Count} uses found");
        AssertNone(used.Where(use => FolderOf(use.To) is { } to && IsAbove(to, FolderOf(use.From)!))
            .Select(use => Upwards($"{FolderOf(use.From)}/{use.From.Name}", $"{FolderOf(use.To)}/{use.To.Name}")));
    }

    /// <summary>What leaves no trace in compiled code: constants, <c>nameof</c>, links in comments.</summary>
    [Fact]
    public void NoFile_NamesALayerAbove()
    {
        // A folder within Configuration may be named without it by its neighbours.
        var folders = (from source in Sources
            from type in Declaration().Matches(source.Text).Select(m => m.Groups[1].Value)
            from name in Endings($"{source.Folder.Replace('/', '.')}.{type}")
            select (name, source.Folder)).DistinctBy(type => type.name).ToDictionary(type => type.name, type => type.Folder);

        AssertNone(from source in Sources
            from folder in Using().Matches(source.Text).Select(m => m.Groups[1].Value.Replace('.', '/'))
                .Concat(Qualified().Matches(source.Text).SelectMany(m => Heads(m.Groups[1].Value)).Select(folders.GetValueOrDefault)
                    .OfType<string>())
                .Distinct()
            where IsAbove(folder, source.Folder)
            select Upwards(source.Name, folder));
    }

    static IEnumerable<string> Endings(string name)
    {
        var parts = name.Split('.');
        return Enumerable.Range(0, parts.Length - 1).Select(start => string.Join('.', parts[start..]));
    }

    /// <summary>What of a dotted name may be a folder and a type: its first two parts, or three.</summary>
    static IEnumerable<string> Heads(string name)
    {
        var parts = name.Split('.');
        return Enumerable.Range(2, 2).Where(length => length <= parts.Length).Select(length => string.Join('.', parts[..length]));
    }

    static void AssertNone(IEnumerable<string> offenders)
    {
        var lines = offenders.Order(StringComparer.Ordinal).ToList();
        Assert.True(lines.Count == 0, string.Join('\n', lines));
    }

    static string Upwards(string from, string to) => $"Core/{from} uses Core/{to}, which stands above it";

    static bool IsAbove(string folder, string other) => Array.IndexOf(Layers, folder) < Array.IndexOf(Layers, other);

    static string? FolderOf(Type type) => TypeUses.Outermost(type).Namespace is { } name && name.StartsWith(Root, StringComparison.Ordinal)
        && type.Assembly == typeof(ErrorCodes).Assembly ? name[Root.Length..].Replace('.', '/') : null;

    sealed record Source(string Name, string Text)
    {
        public string Folder => Name.Contains('/') ? Name[..Name.LastIndexOf('/')] : "";
    }

    [GeneratedRegex(@"^\| \[`(\w+)`\]\(\.\./src/DurableRouter\.Core/", RegexOptions.Multiline)]
    private static partial Regex FolderRow();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^(?:global )?using (?:static |\w+ = )?DurableRouter\.Core\.([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"^(?:[a-z]+ )*(?:class|record|struct|interface|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"(?<![\w.])(?:(?:DurableRouter\.)?Core\.)?([A-Z]\w+(?:\.[A-Z]\w+)+)")]
    private static partial Regex Qualified();
}
