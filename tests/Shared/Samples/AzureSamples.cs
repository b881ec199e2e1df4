using System.Text.Json;
using DurableRouter.Tests.Http;

namespace DurableRouter.Tests.Samples;

/// <summary>The requests in <c>samples/azure</c>, and what a fresh app with the shipped configuration answers to each of them, in
/// order.</summary>
public static class AzureSamples
{
    static readonly Dictionary<string, Action<Reply>[]> Answers = new(StringComparer.Ordinal)
    {
        ["runs.http"] =
        [
            memo => Completed(memo, "completed"),
            status =>
            {
                Completed(status, "completed");
                Assert.StartsWith("MEMO", status.Json.GetProperty("input").GetProperty("text").GetString());
                Assert.NotEmpty(Texts(status.Json.GetProperty("historyEvents"), "sequence"));
            },
            stream => Stream(stream, "run.completed"),
            list => Assert.Equal("run.completed", Texts(Ok(list).GetProperty("value"), "type")[^1]),
            ledger => Assert.Equal(["ok", "ok", "ok", "ok"], Texts(Ok(ledger).GetProperty("attempts"), "outcome")),
            explain => Assert.Equal(["classify", "extract", "reason", "verify"], Texts(Ok(explain).GetProperty("steps"), "step")),
            runs => Assert.All(Texts(Ok(runs).GetProperty("value"), "runtimeStatus"), status => Assert.Equal("Completed", status)),
            contract => Assert.Equal(202, contract.Status),
            suspend => Assert.Equal(202, suspend.Status),
            resume => Assert.Equal(202, resume.Status),
            terminate => Assert.Equal(202, terminate.Status),
            ended => Assert.Equal("Terminated", Ok(ended).GetProperty("runtimeStatus").GetString()),
        ],
        ["approvals.http"] =
        [
            contract => Assert.Equal(202, contract.Status),
            asked => Assert.Equal(["pending"], Texts(Ok(asked).GetProperty("value"), "status")),
            facts => Assert.Equal("reason", Ok(facts).GetProperty("step").GetString()),
            approved => Assert.Equal("approved", Ok(approved).GetProperty("status").GetString()),
            stream => Stream(stream, "run.completed"),
            result => Completed(result, "completed"),
            order => Assert.Equal(202, order.Status),
            asked => Assert.Single(Texts(Ok(asked).GetProperty("value"), "id")),
            rejected => Assert.Equal("rejected", Ok(rejected).GetProperty("status").GetString()),
            stream => Stream(stream, "run.completed"),
            result =>
            {
                Completed(result, "rejected");
                var kept = result.Json.GetProperty("partial").EnumerateObject().Select(step => step.Name);
                Assert.Equal(["classify", "extract"], kept.Take(2));
            },
        ],
    };

    /// <summary>The files' names.</summary>
    public static IEnumerable<string> Files =>
        Directory.EnumerateFiles(Folder, "*.http").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);

    static string Folder => Path.Combine(Repository.Root, "samples", "azure");

    /// <summary>Sends every request of a file, top to bottom, and checks each answer.</summary>
    /// <param name="variables">Keys, where the app has some. The app's address is filled in here.</param>
    public static async Task CheckAsync(string file, Uri host, IReadOnlyDictionary<string, string>? variables = null)
    {
        var requests = HttpFile.Parse(await File.ReadAllTextAsync(Path.Combine(Folder, file)));
        Assert.Equal(Answers[file].Length, requests.Requests.Count);
        using var client = new HttpClient();
        var given = new Dictionary<string, string>(variables ?? new Dictionary<string, string>())
        {
            ["host"] = host.AbsoluteUri.TrimEnd('/'),
        };
        var sender = new HttpFileClient(client, requests, given);
        foreach (var (request, check) in requests.Requests.Zip(Answers[file]))
        {
            var reply = await sender.SendAsync(request);
            try
            {
                check(reply);
            }
            catch (Exception e) when (e is Xunit.Sdk.XunitException or KeyNotFoundException or JsonException or InvalidOperationException)
            {
                Assert.Fail($"{file}, {request.Title}: {e.Message}\n{reply.Status} {reply.Body}");
            }
        }
    }

    static JsonElement Ok(Reply reply)
    {
        Assert.Equal(200, reply.Status);
        return reply.Json;
    }

    static void Completed(Reply reply, string outcome)
    {
        Assert.Equal("Completed", Ok(reply).GetProperty("runtimeStatus").GetString());
        Assert.Equal(outcome, reply.Json.GetProperty("outcome").GetString());
    }

    static void Stream(Reply reply, string last)
    {
        Assert.Equal(200, reply.Status);
        Assert.Equal("text/event-stream", reply.ContentHeaders.ContentType?.MediaType);
        Assert.Equal($"event: {last}", reply.Body.Split('\n').Last(line => line.StartsWith("event:", StringComparison.Ordinal)).TrimEnd());
    }

    static IReadOnlyList<string> Texts(JsonElement list, string member) =>
        [.. list.EnumerateArray().Select(item => item.GetProperty(member).ToString())];
}
