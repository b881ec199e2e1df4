using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Configuration.Webhooks;

/// <summary>Reads <c>hosts</c>, wherever it stands.</summary>
static class AllowedHostReader
{
    /// <returns>One at least, unless the problem is reported.</returns>
    public static IReadOnlyList<AllowedHost> Read(MapReader map)
    {
        var hosts = new List<AllowedHost>();
        foreach (var node in map.Items("hosts"))
        {
            if (MapReader.Open(node, map.Problems, $"an entry of hosts of {map.What}") is { } entry)
            {
                hosts.Add(Host(entry));
                entry.Close();
            }
        }

        if (hosts.Count == 0)
        {
            map.Problems.Report(map.LineOf("hosts"), $"{map.What} needs one of 'hosts' at least");
        }

        return hosts;
    }

    static AllowedHost Host(MapReader map)
    {
        var host = map.Text("host");
        if (host.Length > 0 && Uri.CheckHostName(host) is not (UriHostNameType.Dns or UriHostNameType.IPv4))
        {
            map.Problems.Report(map.LineOf("host"), $"host of {map.What} is '{host}'; allowed: a name like hooks.example.com, without scheme, port or path");
        }

        return new AllowedHost(host, map.IntegerOrNull("port", 1, 65535) ?? 443, map.Flag("private", false));
    }
}
