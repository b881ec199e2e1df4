using DurableRouter.Core.Approvals;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Configuration.Webhooks;

/// <summary>Reads <c>webhooks.yaml</c>.</summary>
static class WebhookReader
{
    public static WebhookConfig Read(ConfigNode root, ProblemReporter problems)
    {
        if (MapReader.Open(root, problems, "the file") is not { } map)
        {
            return WebhookConfig.None;
        }

        var publicUrl = map.TextOrNull("publicUrl") is { } text ? Url(map, "publicUrl", text, httpToo: true) : null;
        var approvals = map.Map("approvals");
        var sources = Items(approvals, "in", Source);
        var receivers = Items(approvals, "out", Receiver);
        Unique(approvals, "in", sources.Select(s => s.Name));
        Unique(approvals, "out", receivers.Select(r => r.Name));
        approvals?.Close();
        var callbacks = map.Map("callbacks") is { } callbackMap ? Callbacks(callbackMap) : null;
        map.Close();
        return new WebhookConfig(publicUrl, sources, receivers, callbacks);
    }

    static WebhookSource Source(MapReader map) => new(Name(map), Secrets(map), Groups(map));

    static WebhookReceiver Receiver(MapReader map)
    {
        var own = map.Flag("private", false);
        return new WebhookReceiver(Name(map), Url(map, "url", map.Text("url"), httpToo: own) ?? new Uri("https://invalid"), Secrets(map), Groups(map),
            Approvers(map), own);
    }

    static CallbackPolicy Callbacks(MapReader map)
    {
        var policy = new CallbackPolicy(Secrets(map), AllowedHostReader.Read(map));
        map.Close();
        return policy;
    }

    static List<T> Items<T>(MapReader? parent, string key, Func<MapReader, T> read)
    {
        var items = new List<T>();
        foreach (var node in parent?.Items(key) ?? [])
        {
            if (MapReader.Open(node, parent!.Problems, $"an entry of {key} of {parent.What}") is { } map)
            {
                items.Add(read(map));
                map.Close();
            }
        }

        return items;
    }

    static string Name(MapReader map)
    {
        var name = map.Text("name");
        if (name.Length > 0 && !Identifier.IsValid(name))
        {
            map.Problems.Report(map.LineOf("name"), $"name of {map.What} is '{name}'; allowed: {Identifier.Allowed}");
        }

        return name;
    }

    static IReadOnlyList<string> Groups(MapReader map) => [.. map.Texts("groups").Select(t => t.Text)];

    static IReadOnlyList<string> Approvers(MapReader map)
    {
        var names = map.Texts("approvers");
        foreach (var name in names.Where(n => !Approver.IsName(n.Text)))
        {
            map.Problems.Report(name, $"approvers of {map.What} takes persons' names of 1 to {Approver.MaxName} characters, without spaces around them or control characters in them");
        }

        return [.. names.Select(t => t.Text)];
    }

    static SecretNames Secrets(MapReader map)
    {
        var names = map.Texts("secretsEnv", required: true);
        if (names.Count == 0 && map.Has("secretsEnv"))
        {
            map.Problems.Report(map.LineOf("secretsEnv"), $"secretsEnv of {map.What} needs one variable's name at least");
        }

        foreach (var name in names.Where(n => n.Text.StartsWith("whsec_", StringComparison.Ordinal)))
        {
            map.Problems.Report(name, $"secretsEnv of {map.What} takes the name of an environment variable, not the secret itself");
        }

        return new SecretNames([.. names.Select(n => n.Text)], map.Problems.Place(map.LineOf("secretsEnv")));
    }

    static Uri? Url(MapReader map, string key, string text, bool httpToo)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.UserInfo.Length == 0 && url.Fragment.Length == 0
            && (url.Scheme == "https" || (httpToo && url.Scheme == "http")))
        {
            return url;
        }

        if (text.Length > 0)
        {
            map.Problems.Report(map.LineOf(key), $"{key} of {map.What} can't be used; allowed: an https:// address{(httpToo ? " or an http:// one" : "")} without user or fragment"
                + (httpToo ? "" : "; 'private: true' allows http:// and addresses of the own network"));
        }

        return null;
    }

    static void Unique(MapReader? map, string key, IEnumerable<string> names)
    {
        foreach (var twice in names.GroupBy(n => n).Where(g => g.Key.Length > 0 && g.Count() > 1))
        {
            map!.Problems.Report(map.LineOf(key), $"two entries of {key} of {map.What} have the name '{twice.Key}'");
        }
    }
}
