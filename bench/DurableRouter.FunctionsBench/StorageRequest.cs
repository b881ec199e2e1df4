using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.FunctionsBench;

enum StorageService
{
    Blob,
    Queue,
    Table,
}

enum Owner
{
    /// <summary>The app's own tables and blobs.</summary>
    App,

    /// <summary>Durable's task hub.</summary>
    Hub,

    /// <summary>The Functions host's own blobs.</summary>
    Host,
}

/// <summary>What a request is for, so that equal ones are counted together.</summary>
/// <param name="Resource">Table, queue or container; the task hub's name is cut off, and numbers of control queues are left out.</param>
/// <param name="IsEmptyPoll">A queue was asked and had nothing.</param>
sealed record RequestKind(Owner Owner, StorageService Service, string Operation, string Resource, bool IsEmptyPoll = false);

/// <summary>Reads the kind of a request from what went over the wire.</summary>
static partial class StorageRequest
{
    /// <param name="body">Of the request; only a batch's matters.</param>
    /// <param name="answer">Its body; only a queue's matters.</param>
    /// <returns>The kind, and how many operations the request holds: more than one in a batch.</returns>
    public static (RequestKind Kind, int Operations) Read(StorageService service, HttpRequest request, byte[] body, byte[] answer, string hub)
    {
        // /account/resource/more
        var parts = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var resource = parts.Length > 1 ? parts[1].Split('(')[0] : "";
        switch (service)
        {
            case StorageService.Table when resource == "$batch":
                var operations = BatchPart().Matches(Encoding.UTF8.GetString(body));
                var verbs = operations.GroupBy(part => Verb(part.Groups["method"].Value, hasKey: part.Groups["key"].Success)).OrderBy(group => group.Key);
                var kinds = string.Join(" + ", verbs.Select(group => $"{group.Count()} {group.Key}"));
                return (Kind(service, $"batch of {kinds}", operations[0].Groups["table"].Value, hub), operations.Count);
            case StorageService.Table:
                return (Kind(service, Verb(request.Method, hasKey: parts.Length > 1 && parts[1].Contains("(P", StringComparison.Ordinal)), resource, hub), 1);
            case StorageService.Queue when parts.Length > 2:
                var isEmpty = request.Method == "GET" && answer.AsSpan().IndexOf("<QueueMessage>"u8) < 0;
                var queue = (request.Method, parts.Length) switch
                {
                    ("GET", _) => isEmpty ? "get messages, none there" : "get messages",
                    ("POST", _) => "put message",
                    ("PUT", _) => "update message",
                    _ => "delete message",
                };
                return (Kind(service, queue, resource, hub) with { IsEmptyPoll = isEmpty }, 1);
            default:
                var comp = request.Query["comp"].ToString();
                return (Kind(service, comp.Length == 0 ? request.Method : $"{request.Method} {comp}", resource, hub), 1);
        }
    }

    static RequestKind Kind(StorageService service, string operation, string resource, string hub)
    {
        if (resource.StartsWith(hub, StringComparison.OrdinalIgnoreCase))
        {
            return new(Owner.Hub, service, operation, ControlQueue().Replace(resource[hub.Length..].TrimStart('-'), "control"));
        }

        return new(resource.StartsWith("azure-webjobs", StringComparison.Ordinal) ? Owner.Host : Owner.App, service, operation, resource);
    }

    static string Verb(string method, bool hasKey) => method switch
    {
        "GET" => hasKey ? "get" : "query",
        "POST" => "insert",
        "PUT" => "replace",
        "DELETE" => "delete",
        _ => "merge",
    };

    [GeneratedRegex(@"^(?<method>POST|PUT|PATCH|MERGE|DELETE|GET) https?://[^/]+/[^/]+/(?<table>\w+)(?<key>\(P)?", RegexOptions.Multiline)]
    private static partial Regex BatchPart();

    [GeneratedRegex(@"^control-\d+$")]
    private static partial Regex ControlQueue();
}
