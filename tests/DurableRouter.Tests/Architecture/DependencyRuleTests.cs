using System.Xml.Linq;

namespace DurableRouter.Tests.Architecture;

/// <summary>Which project may refer to which, and which package belongs to which project. <see cref="LayerRuleTests"/> has the same for the
/// folders of Core.</summary>
public sealed class DependencyRuleTests
{
    static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["DurableRouter.JsonSchema"] = [],
        ["DurableRouter.Core"] = ["DurableRouter.JsonSchema"],
        ["DurableRouter.Simulation"] = ["DurableRouter.Core"],
        ["DurableRouter.Engine"] = ["DurableRouter.Core"],
        ["DurableRouter.Http"] = ["DurableRouter.Core"],
        ["DurableRouter.Local"] = ["DurableRouter.Engine", "DurableRouter.Http", "DurableRouter.Simulation"],
        ["DurableRouter.Functions"] = ["DurableRouter.Http", "DurableRouter.Simulation"],
    };

    /// <summary>What each project exists to keep away from the others.</summary>
    static readonly Dictionary<string, string[]> OnlyIn = new()
    {
        ["Microsoft.Data.Sqlite.Core"] = ["DurableRouter.Engine"],
        ["SQLitePCLRaw.bundle_e_sqlite3"] = ["DurableRouter.Engine"],
        ["OpenAI"] = ["DurableRouter.Core"],
        ["Azure.AI.OpenAI"] = ["DurableRouter.Functions"],
        ["Azure.Data.Tables"] = ["DurableRouter.Functions"],
        ["Azure.Storage.Blobs"] = ["DurableRouter.Functions"],
        ["Microsoft.Azure.Functions.Worker"] = ["DurableRouter.Functions"],
        ["Microsoft.Azure.Functions.Worker.Extensions.DurableTask"] = ["DurableRouter.Functions"],
        ["Azure.Identity"] = ["DurableRouter.Core", "DurableRouter.Functions"],
        ["System.CommandLine"] = ["DurableRouter.Local"],
        ["Spectre.Console"] = ["DurableRouter.Local"],
    };

    public static TheoryData<string> Projects => [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
        .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
        .Select(f => Path.GetFileNameWithoutExtension(f)!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_RefersOnlyToWhatTheRuleAllows(string project)
    {
        var file = XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"));

        var references = file.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')));
        Assert.True(Allowed.ContainsKey(project), $"{project} has no place in the dependency rule");
        Assert.Empty(references.Except(Allowed[project]));

        foreach (var package in file.Descendants("PackageReference").Select(p => p.Attribute("Include")!.Value))
        {
            Assert.True(!OnlyIn.TryGetValue(package, out var owners) || owners.Contains(project), $"{project} must not use {package}");
        }
    }

    [Theory]
    [InlineData("DurableRouter.Core", "Microsoft.AspNetCore")]
    [InlineData("DurableRouter.Core", "Microsoft.Azure.Functions")]
    [InlineData("DurableRouter.Core", "Microsoft.DurableTask")]
    [InlineData("DurableRouter.Core", "Microsoft.Data.Sqlite")]
    [InlineData("DurableRouter.Core", "Azure.Data.Tables")]
    [InlineData("DurableRouter.Core", "Azure.Storage")]
    [InlineData("DurableRouter.Engine", "Microsoft.AspNetCore")]
    [InlineData("DurableRouter.Http", "Microsoft.Data.Sqlite")]
    [InlineData("DurableRouter.Http", "Microsoft.Azure.Functions")]
    [InlineData("DurableRouter.Http", "Azure.Data.Tables")]
    [InlineData("DurableRouter.Functions", "DurableRouter.Engine")]
    public void Sources_DoNotName(string project, string @namespace)
    {
        var offenders = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", project), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(f => File.ReadLines(f).Any(l => l.StartsWith("using ", StringComparison.Ordinal) && l.Contains(@namespace, StringComparison.Ordinal)));

        Assert.Empty(offenders);
    }
}
