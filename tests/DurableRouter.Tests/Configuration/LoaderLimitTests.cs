using System.Text;
using DurableRouter.Core.Configuration;

namespace DurableRouter.Tests.Configuration;

public sealed class LoaderLimitTests
{
    [Fact]
    public void Load_NestOfAliases_IsRefusedBeforeItGrows()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level <= 9; level++)
        {
            bomb.Append($"a{level}: &a{level} [{string.Join(", ", Enumerable.Repeat($"*a{level - 1}", 10))}]\n");
        }

        var problem = Assert.Single(TemporaryConfig.Load(("models.yaml", bomb.ToString())).Problems);

        Assert.Equal("models.yaml:5: not valid YAML: more than 50000 values, aliases written out", problem.ToString());
    }

    [Fact]
    public void Load_AliasOfAFinishedAnchor_StandsForItsValue()
    {
        var yaml = TemporaryConfig.Letters("models.yaml")
            .Replace("    limits: { context: 100000, output: 8000 }\n  steady-1", "    limits: &limits { context: 100000, output: 8000 }\n  steady-1", StringComparison.Ordinal)
            .Replace("    price: { input: 1, cachedInput: 0.2, output: 4, source: price list }\n    limits: { context: 100000, output: 8000 }",
                "    price: { input: 1, cachedInput: 0.2, output: 4, source: price list }\n    limits: *limits", StringComparison.Ordinal);
        Assert.Contains("*limits", yaml, StringComparison.Ordinal);

        var catalog = TemporaryConfig.Load(("models.yaml", yaml)).GetOrThrow().Catalog;

        Assert.Equal(catalog.Find("swift-1")!.Limits, catalog.Find("steady-1")!.Limits);
    }

    [Fact]
    public void Load_AliasInsideItsOwnAnchor_IsRefused() =>
        Assert.Equal("models.yaml:1: not valid YAML: alias 'a' has no finished anchor before it",
            Assert.Single(TemporaryConfig.Load(("models.yaml", "a: &a [*a]\n")).Problems).ToString());

    [Theory]
    [InlineData(64, false)]
    [InlineData(65, true)]
    public void Load_DeepNesting_IsRefusedPastTheLimit(int depth, bool refused)
    {
        var yaml = "a: " + new string('[', depth - 1) + "x" + new string(']', depth - 1) + "\n";

        var problems = TemporaryConfig.Load(("models.yaml", yaml)).Problems;

        Assert.Equal(refused, problems.Any(p => p.Message == "not valid YAML: nested deeper than 64 levels"));
    }

    [Fact]
    public void Load_FileOverTheLimit_IsRefusedWithItsSize() =>
        Assert.Equal("models.yaml:1: the file is 1048577 characters long; allowed: 1048576",
            Assert.Single(TemporaryConfig.Load(("models.yaml", "#" + new string('x', 1024 * 1024))).Problems).ToString());

    [Theory]
    [InlineData("", "models.yaml:1: the file is empty")]
    [InlineData("# nothing\n", "models.yaml:1: the file is empty")]
    [InlineData("just words\n", "models.yaml:1: the catalog must be a map, not a text")]
    [InlineData("- a\n", "models.yaml:1: the catalog must be a map, not a list")]
    public void Load_FileWithoutAMap_SaysSo(string yaml, string problem) =>
        Assert.Equal(problem, Assert.Single(TemporaryConfig.Load(("models.yaml", yaml)).Problems).ToString());

    [Fact]
    public void Load_FolderThatDoesNotExist_NamesTheFiles() =>
        Assert.Equal(["models.yaml:1: the file doesn't exist", "routing.yaml:1: the file doesn't exist", "routing.yaml:1: the pipelines folder 'pipelines' holds no *.yaml file"],
            ConfigLoader.Load(Path.Combine(Path.GetTempPath(), "durable-router-no-such-folder")).Problems.Select(p => p.ToString()));

    [Fact]
    public void Load_FileThatIsNotUtf8_IsRefused()
    {
        using var config = new TemporaryConfig();
        File.WriteAllBytes(Path.Combine(config.Folder, "models.yaml"), [.. "asOf: "u8, 0xC3, 0x28]);

        Assert.Equal("models.yaml:1: the file is not UTF-8", Assert.Single(ConfigLoader.Load(config.Folder).Problems).ToString());
    }

    [Fact]
    public void Load_PipelineWithTheOtherEnding_IsNotPassedOver()
    {
        var problem = Assert.Single(TemporaryConfig.Load(("pipelines/more.yml", "name: more\n")).Problems);

        Assert.Equal("pipelines/more.yml:1: pipelines are read from *.yaml; rename the file", problem.ToString());
    }

    [Fact]
    public void Load_TwoPipelinesOfOneName_NamesTheSecondFile()
    {
        var problem = Assert.Single(TemporaryConfig.Load(("pipelines/more.yaml", TemporaryConfig.Letters("pipelines/letters.yaml"))).Problems);

        Assert.Equal("pipelines/more.yaml:1: a second pipeline has the name 'letters'", problem.ToString());
    }

    [Fact]
    public void Load_ToolsFileWithoutTools_IsRefusedRatherThanIgnored() =>
        Assert.Equal(["tools.yaml:1: the file needs one of 'hosts' at least", "tools.yaml:1: tools is empty; remove the file, or name a tool"],
            TemporaryConfig.Load(("tools.yaml", "tools: {}\n")).Problems.Select(p => p.ToString()));

    [Fact]
    public void Load_FaultsInEveryFile_AreAllReported()
    {
        var result = TemporaryConfig.Load(
            ("models.yaml", TemporaryConfig.Letters("models.yaml").Replace("tier: fast", "tier: quick", StringComparison.Ordinal)),
            ("routing.yaml", TemporaryConfig.Letters("routing.yaml").Replace("direction: up", "direction: north", StringComparison.Ordinal)),
            ("pipelines/letters.yaml", TemporaryConfig.Letters("pipelines/letters.yaml").Replace("result: draft", "result: dratf", StringComparison.Ordinal)));

        Assert.Equal(["models.yaml:8", "pipelines/letters.yaml:21", "routing.yaml:8"], result.Problems.Select(p => $"{p.File}:{p.Line}"));
    }

    [Fact]
    public void LoadPipeline_FromText_ReportsUnderTheGivenName()
    {
        var config = TemporaryConfig.Load().GetOrThrow();
        var yaml = TemporaryConfig.Letters("pipelines/letters.yaml");

        Assert.Equal("letters", ConfigLoader.LoadPipeline(yaml, "request", config.Catalog, config.Routing).Pipeline?.Name);
        Assert.Equal("request:21: result refers to 'dratf', which is no step; did you mean 'draft'?; allowed: input.FIELD, sort, draft, check",
            Assert.Single(ConfigLoader.LoadPipeline(yaml.Replace("result: draft", "result: dratf", StringComparison.Ordinal), "request", config.Catalog, config.Routing).Problems).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[[[[")]
    [InlineData("\"")]
    [InlineData("{a: b")]
    [InlineData("? ")]
    [InlineData("- - - -")]
    [InlineData("%YAML 9.9\n---\na: b")]
    [InlineData("a: |9\n x")]
    [InlineData("a: >\n\t- x")]
    [InlineData("\0")]
    [InlineData("&a &b c")]
    [InlineData("*")]
    [InlineData("!<")]
    [InlineData("a: 'b\n")]
    [InlineData("[a, b")]
    public void LoadPipeline_BrokenText_IsAProblemNotAnException(string yaml)
    {
        var config = TemporaryConfig.Load().GetOrThrow();

        Assert.NotEmpty(ConfigLoader.LoadPipeline(yaml, "request", config.Catalog, config.Routing).Problems);
    }
}
