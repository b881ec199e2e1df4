using DurableRouter.Core.Configuration.Webhooks;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Configuration.Tools;

/// <summary>Reads <c>tools.yaml</c>: where tools may be, and the tools.</summary>
static class ToolsReader
{
    public static IReadOnlyList<ToolDefinition> Read(ConfigNode root, ProblemReporter problems)
    {
        if (MapReader.Open(root, problems, "the file") is not { } map)
        {
            return [];
        }

        var hosts = AllowedHostReader.Read(map);
        var tools = map.Map("tools", required: true);
        if (tools is { Entries.Count: 0 })
        {
            problems.Report(tools.Line, "tools is empty; remove the file, or name a tool");
        }

        map.Close();
        return [.. (tools?.Entries ?? []).Select(entry => ToolReader.Read(entry, hosts, problems)).OfType<ToolDefinition>()];
    }
}
