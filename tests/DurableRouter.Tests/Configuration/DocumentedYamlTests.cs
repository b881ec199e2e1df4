using System.Text.RegularExpressions;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Tests.Configuration;

/// <summary>What the manual shows, loads: a reader who copies it has a configuration that starts.</summary>
/// <remarks>The first line of every YAML block says what it is:
/// <c># FILE.yaml</c> - a whole file, together with the section's others and the shipped configuration (<c># examples/NAME/FILE.yaml</c>: with that example);
/// <c># part of FILE.yaml</c> - right in itself, though other files would have to follow;
/// <c># part of a step</c>, <c># part of a model</c>, <c># part of a family</c> - keys of one.</remarks>
public sealed partial class DocumentedYamlTests
{
    const string PartOf = "part of ";

    const string Step = """
        name: shown
        family: document
        input: { type: object, required: [text], properties: { text: { type: string } }, additionalProperties: false }
        steps:
          - id: sort
            kind: classify
            labels: [letter, invoice]
            riskRules: [{ tag: money, contains: [EUR] }]
            input: { text: input.text }
          - id: extract
            kind: extract
            needs: [sort]
            input: { text: input.text }
            instructions: Extract the total.
            output: { type: object, required: [total], properties: { total: { type: number } }, additionalProperties: false }
          - id: shown
            kind: reason
            needs: [extract]
            input: { facts: extract }
            instructions: Say what follows.
            output:
              type: object
              required: [summary, total, evidence, confidence]
              properties: { summary: { type: string }, total: { type: number }, evidence: { type: string }, confidence: { type: number } }
              additionalProperties: false

        """;

    const string Model = """
        asOf: 2026-11-01
        providers: { shown: { kind: openai, endpoint: https://api.example.com/v1, apiKeyEnv: SHOWN_KEY } }
        models:
          shown:
            provider: shown
            tier: fast
            price: { input: 1, cachedInput: 1, output: 1, source: shown }

        """;

    const string Family = """
        default: document
        families:
          document:

        """;

    static readonly IReadOnlyList<Block> Blocks = [.. Pages().SelectMany(Read)];

    public static TheoryData<string> Sections() => [.. Blocks.Select(b => b.Section).Distinct()];

    [Fact]
    public void Manual_EveryBlock_SaysWhatItIs()
    {
        Assert.NotEmpty(Blocks);
        Assert.All(Blocks, block => Assert.True(Label().IsMatch(block.Label),
            $"{block.Section} shows '{block.Label}'; the first line of a YAML block is '# FILE.yaml', '# part of FILE.yaml' or '# part of a step' (model, family)"));
    }

    [Theory]
    [MemberData(nameof(Sections))]
    public void Manual_SectionThatShowsConfiguration_ShowsWhatLoads(string section)
    {
        var blocks = Blocks.Where(b => b.Section == section).ToList();
        var files = blocks.Where(b => !b.Label.StartsWith(PartOf, StringComparison.Ordinal)).ToList();
        if (files.Count > 0)
        {
            Assert.Empty(Load([.. files.Select(f => (f.Label, f.Text))]).Select(p => p.ToString()));
        }

        foreach (var part in blocks.Except(files))
        {
            var (file, text) = Whole(part);
            Assert.Empty(Load([(file, text)]).Where(p => p.File == file).Select(p => p.ToString()));
        }
    }

    static (string File, string Text) Whole(Block part) => part.Label switch
    {
        "part of a step" => ("pipelines/shown.yaml", $"{Step}{Indented(part)}\nresult: shown\n"),
        "part of a model" => (ConfigFiles.CatalogFile, $"{Model}{Indented(part)}\n{Unless(part, "limits", "{ context: 128000, output: 16000 }")}"),
        "part of a family" => (ConfigFiles.RoutingFile, $"{Family}{Indented(part)}\n{Unless(part, "steps", "{ reason: { tier: balanced } }")}"),
        _ => (part.Label[PartOf.Length..], part.Text),
    };

    static string Indented(Block part) => "    " + part.Text.ReplaceLineEndings("\n    ");

    /// <summary>A key that must be there, unless the block shows it.</summary>
    static string Unless(Block part, string key, string value) =>
        part.Text.Split('\n').Any(line => line.StartsWith(key + ":", StringComparison.Ordinal)) ? "" : $"    {key}: {value}\n";

    static IReadOnlyList<ConfigProblem> Load(IReadOnlyList<(string File, string Text)> shown)
    {
        var folder = Directory.CreateTempSubdirectory("durable-router-manual-");
        try
        {
            var example = shown.Select(s => Path.GetDirectoryName(s.File)!).FirstOrDefault(d => d.StartsWith("examples/", StringComparison.Ordinal));
            var own = shown.Any(s => s.File == ConfigFiles.RoutingFile) && shown.Any(s => s.File.StartsWith(ConfigFiles.PipelinesFolder, StringComparison.Ordinal));
            foreach (var shipped in (string[])[ConfigFiles.CatalogFile, ConfigFiles.RoutingFile, .. own ? [] : Pipelines()])
            {
                var source = Path.Combine(Repository.Config, shipped.EndsWith(".yaml", StringComparison.Ordinal) && !shipped.Contains('/') ? example ?? "" : "", shipped);
                Write(folder, shipped, File.ReadAllText(source));
            }

            foreach (var (file, text) in shown)
            {
                Write(folder, example is null ? file : Path.GetRelativePath(example, file), text);
            }

            return ConfigLoader.Load(folder.FullName).Problems;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static void Write(DirectoryInfo folder, string file, string text)
    {
        var path = Path.Combine(folder.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    static string[] Pipelines() => [.. Directory.GetFiles(Path.Combine(Repository.Config, ConfigFiles.PipelinesFolder), "*.yaml").Select(f => $"{ConfigFiles.PipelinesFolder}/{Path.GetFileName(f)}")];

    static IEnumerable<string> Pages() => Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
        .Append(Path.Combine(Repository.Root, "README.md")).Order(StringComparer.Ordinal);

    static IEnumerable<Block> Read(string page)
    {
        var name = Path.GetRelativePath(Repository.Root, page);
        var section = name;
        var yaml = false;
        List<string>? block = null;
        foreach (var line in File.ReadAllLines(page))
        {
            switch (block)
            {
                case null when line.StartsWith('#'):
                    section = $"{name}: {line.TrimStart('#', ' ')}";
                    break;
                case null when Fence().Match(line) is { Success: true } fence:
                    (block, yaml) = ([], fence.Groups["language"].Value.ToUpperInvariant() is "YAML" or "YML");
                    break;
                case not null when line.Trim() == "```":
                    if (yaml)
                    {
                        yield return new Block(section, block.FirstOrDefault("").TrimStart('#', ' '), string.Join('\n', block.Skip(1)));
                    }

                    block = null;
                    break;
                default:
                    block?.Add(line);
                    break;
            }
        }

        Assert.True(block is null, $"{section}: a block isn't closed");
    }

    [GeneratedRegex(@"^\s*```\s*(?<language>\w*)")]
    private static partial Regex Fence();

    [GeneratedRegex(@"^(part of )?([a-z0-9-]+/)*[a-z0-9-]+\.yaml\z|^part of a (step|model|family)\z")]
    private static partial Regex Label();

    /// <param name="Section">Page and heading.</param>
    sealed record Block(string Section, string Label, string Text);
}
