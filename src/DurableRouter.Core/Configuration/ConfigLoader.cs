using System.Text;
using DurableRouter.Core.Checks;
using DurableRouter.Core.Configuration.Models;
using DurableRouter.Core.Configuration.Pipelines;
using DurableRouter.Core.Configuration.Routing;
using DurableRouter.Core.Configuration.Tools;
using DurableRouter.Core.Configuration.Webhooks;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Configuration;

/// <summary>Reads a configuration folder. Nothing is used unless everything is right; all problems are found at once.</summary>
public static class ConfigLoader
{
    /// <summary>Reads <c>models.yaml</c>, <c>routing.yaml</c>, the optional files and the pipelines. Never throws for what a file says or for one that can't be read.</summary>
    /// <param name="own">The own checks of this program, which pipelines may name; null: none.</param>
    public static ConfigLoadResult Load(string directory, OutputChecks? own = null)
    {
        own ??= OutputChecks.None;
        var problems = new List<ConfigProblem>();
        var catalogNode = ReadTree(directory, ConfigFiles.CatalogFile, problems, out var catalogReporter);
        var catalog = catalogNode is null ? null : CatalogReader.Read(catalogNode, catalogReporter);
        var routingNode = ReadTree(directory, ConfigFiles.RoutingFile, problems, out var routingReporter);
        var marks = new RoutingMarks();
        var routing = routingNode is null ? null : RoutingReader.Read(routingNode, catalog, routingReporter, marks);
        IReadOnlyList<ToolDefinition>? tools = [];
        if (File.Exists(Path.Combine(directory, ConfigFiles.ToolsFile)))
        {
            tools = ReadTree(directory, ConfigFiles.ToolsFile, problems, out var toolsReporter) is { } toolsNode ? ToolsReader.Read(toolsNode, toolsReporter) : null;
        }

        var webhooks = WebhookConfig.None;
        if (File.Exists(Path.Combine(directory, ConfigFiles.WebhooksFile)) && ReadTree(directory, ConfigFiles.WebhooksFile, problems, out var webhooksReporter) is { } webhooksNode)
        {
            webhooks = WebhookReader.Read(webhooksNode, webhooksReporter);
        }

        var pipelines = ReadPipelines(directory, catalog, routing, tools, own, routingReporter, marks, problems);
        if (catalog is not null && routing is not null)
        {
            FamilyChecks.Run(routing, pipelines.Values, marks, routingReporter);
        }

        return problems.Count == 0
            ? new ConfigLoadResult(new RouterConfig(catalog!, routing!, pipelines) { Checks = own, Webhooks = webhooks, Tools = tools! }, [])
            : new ConfigLoadResult(null, [.. problems.Distinct().OrderBy(p => p.File, StringComparer.Ordinal).ThenBy(p => p.Line)]);
    }

    /// <summary>Reads one pipeline against a catalog and routing that are in use.</summary>
    /// <param name="fileName">Stands in the problems.</param>
    /// <param name="tools">Those in use; null: none.</param>
    public static PipelineLoadResult LoadPipeline(string yaml, string fileName, ModelCatalog catalog, RoutingPolicy routing, OutputChecks? own = null,
        IReadOnlyList<ToolDefinition>? tools = null)
    {
        var problems = new List<ConfigProblem>();
        var pipeline = ReadPipeline(yaml, catalog, routing, tools ?? [], own ?? OutputChecks.None, new ProblemReporter(fileName, problems));
        return problems.Count == 0
            ? new PipelineLoadResult(pipeline, [])
            : new PipelineLoadResult(null, [.. problems.Distinct().OrderBy(p => p.Line)]);
    }

    static Dictionary<string, PipelineDefinition> ReadPipelines(string directory, ModelCatalog? catalog, RoutingPolicy? routing,
        IReadOnlyList<ToolDefinition>? tools, OutputChecks own, ProblemReporter routingReporter, RoutingMarks marks, List<ConfigProblem> problems)
    {
        var pipelines = new Dictionary<string, PipelineDefinition>();
        var folder = marks.PipelinesFolder ?? ConfigFiles.PipelinesFolder;
        var path = Path.Combine(directory, folder);
        var files = Directory.Exists(path) ? Directory.GetFiles(path).Order(StringComparer.Ordinal).ToArray() : [];
        if (!files.Any(f => f.EndsWith(".yaml", StringComparison.Ordinal)))
        {
            routingReporter.Report(marks.PipelinesLine, $"the pipelines folder '{folder}' holds no *.yaml file");
        }

        foreach (var file in files)
        {
            var name = $"{folder.Replace('\\', '/').TrimEnd('/')}/{Path.GetFileName(file)}";
            if (file.EndsWith(".yml", StringComparison.OrdinalIgnoreCase))
            {
                problems.Add(new ConfigProblem(name, 1, "pipelines are read from *.yaml; rename the file"));
            }

            if (!file.EndsWith(".yaml", StringComparison.Ordinal))
            {
                continue;
            }

            var reporter = new ProblemReporter(name, problems);
            if (ReadText(file, reporter) is { } yaml && ReadPipeline(yaml, catalog, routing, tools, own, reporter) is { } pipeline
                && !pipelines.TryAdd(pipeline.Name, pipeline) && pipeline.Name.Length > 0)
            {
                reporter.Report(1, $"a second pipeline has the name '{pipeline.Name}'");
            }
        }

        return pipelines;
    }

    static PipelineDefinition? ReadPipeline(string yaml, ModelCatalog? catalog, RoutingPolicy? routing, IReadOnlyList<ToolDefinition>? tools,
        OutputChecks own, ProblemReporter reporter)
    {
        if (YamlTree.Read(yaml, reporter) is not { } root || PipelineReader.Read(root, catalog, routing, tools, own, reporter) is not var (pipeline, draft, map))
        {
            return null;
        }

        if (catalog is not null && routing is not null && tools is not null)
        {
            PipelineChecks.Run(pipeline, draft, map, catalog, routing, tools, reporter);
        }

        return pipeline;
    }

    static ConfigNode? ReadTree(string directory, string file, List<ConfigProblem> problems, out ProblemReporter reporter)
    {
        reporter = new ProblemReporter(file, problems);
        return ReadText(Path.Combine(directory, file), reporter) is { } yaml ? YamlTree.Read(yaml, reporter) : null;
    }

    static string? ReadText(string path, ProblemReporter reporter)
    {
        try
        {
            using var stream = File.OpenRead(path);
            // No character takes more than four bytes: a larger file can't be within the limit, and isn't read to find out.
            if (stream.Length > 4L * YamlTree.MaxLength)
            {
                reporter.Report(1, $"the file is {stream.Length} bytes long; allowed: {YamlTree.MaxLength} characters");
                return null;
            }

            using var reader = new StreamReader(stream, new UTF8Encoding(false, throwOnInvalidBytes: true));
            return reader.ReadToEnd();
        }
        catch (DecoderFallbackException)
        {
            reporter.Report(1, "the file is not UTF-8");
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            reporter.Report(1, "the file doesn't exist");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            reporter.Report(1, $"the file can't be read: {fault.Message}");
        }

        return null;
    }
}
