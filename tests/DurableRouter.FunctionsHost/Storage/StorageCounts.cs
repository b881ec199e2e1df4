using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace DurableRouter.FunctionsHost.Storage;

/// <summary>How often host and worker asked which part of storage for what.</summary>
/// <param name="hub">The task hub's name, which the names of its tables, queues and containers begin with.</param>
sealed partial class StorageCounts(string hub)
{
    readonly ConcurrentDictionary<string, int> _counts = new();
    int _requests;
    int _emptyPolls;

    /// <param name="service">blob, queue or table.</param>
    /// <param name="path">Without the account: what the request is about comes first.</param>
    public void Request(string service, string method, string path)
    {
        Interlocked.Increment(ref _requests);
        Operation(service, method, path);
    }

    /// <summary>What stands in a batch: one request of many operations, each of which is also counted.</summary>
    /// <param name="body">The multipart text, with a request line for each operation.</param>
    public void Batch(string body)
    {
        Interlocked.Increment(ref _requests);
        foreach (Match line in RequestLine().Matches(body))
        {
            Operation("table batch", line.Groups["method"].Value, line.Groups["path"].Value);
        }
    }

    /// <summary>A queue had no message.</summary>
    public void EmptyPoll() => Interlocked.Increment(ref _emptyPolls);

    public object Read()
    {
        var kinds = _counts.ToArray(); // host and worker go on
        return new
        {
            requests = _requests,
            emptyPolls = _emptyPolls,
            operations = kinds.Sum(kind => kind.Value),
            byKind = kinds.OrderByDescending(kind => kind.Value).ThenBy(kind => kind.Key).ToDictionary(),
        };
    }

    public void Reset()
    {
        _counts.Clear();
        (_requests, _emptyPolls) = (0, 0);
    }

    void Operation(string service, string method, string path)
    {
        var name = path.TrimStart('/').Split('/', '(', '?')[0];
        var own = name.StartsWith(hub, StringComparison.OrdinalIgnoreCase) ? "HUB" + Number().Replace(name[hub.Length..], "NN") : name;
        _counts.AddOrUpdate($"{service} {method} {own}", 1, (_, count) => count + 1);
    }

    [GeneratedRegex(@"^(?<method>GET|POST|PUT|MERGE|PATCH|DELETE) https?://[^/]+/[^/]+(?<path>/\S*) HTTP/1.1", RegexOptions.Multiline)]
    private static partial Regex RequestLine();

    // Control queues and their leases are numbered.
    [GeneratedRegex(@"\d+$")]
    private static partial Regex Number();
}
