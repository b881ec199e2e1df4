using System.Collections.Concurrent;

namespace DurableRouter.Tests.Approvals;

public class ApprovalRaceTests
{
    const int Contested = 20;
    const int Watched = 5;
    const int Requests = 10_000;
    const int AtOnce = 48;

    /// <summary>Ten thousand approvals, rejections, repetitions, forgeries and prefetches at once: each contested approval has one decision with
    /// one receipt, and each that is only looked at or forged has none.</summary>
    [Fact]
    public async Task ConcurrentForgedReplayedAndPrefetched_OneDecisionEach()
    {
        await using var server = await ApprovalServer.StartAsync();
        var ids = new List<(string RunId, string Id)>();
        var tokens = new List<string[]>();
        for (var i = 0; i < Contested + Watched; i++)
        {
            var (runId, approval) = await server.WaitAsync();
            ids.Add((runId, approval.GetProperty("id").GetString()!));
            tokens.Add([await server.LinkAsync(ids[i].Id, "dora"), await server.LinkAsync(ids[i].Id, "emil")]);
        }

        var receipts = new ConcurrentDictionary<(string Id, string Receipt), int>();
        var statuses = new ConcurrentDictionary<int, int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (n, _) =>
        {
            var contested = n % 5 != 0;
            var at = contested ? n / 5 % Contested : Contested + (n / 5 % Watched);
            var id = ids[at].Id;
            var reply = (contested ? ((n / 5 / Contested * 4) + (n % 5)) % 6 : n / 25 % 4) switch
            {
                0 => await server.GetAsync("/approve/" + id),
                1 => await server.SendAsync(HttpMethod.Head, "/approve/" + id, null),
                2 => await server.DecideAsync(id, "approved", ApprovalServer.Bearer(tokens[at][0][..^6] + "AAAAAA")),
                3 when !contested => await server.GetAsync($"/api/approvals/{id}", ApprovalServer.Bearer(tokens[at][0])),
                3 => await server.DecideAsync(id, "approved", ApprovalServer.Bearer(tokens[at][0])),
                4 => await server.DecideAsync(id, "rejected", ApprovalServer.Bearer(tokens[at][1])),
                _ => await server.DecideAsync(id, n % 2 == 0 ? "approved" : "rejected", ApprovalServer.Ada),
            };
            statuses.AddOrUpdate(reply.Status, 1, (_, count) => count + 1);
            if (reply.Status == 200 && reply.Body.StartsWith('{') && reply.Json.TryGetProperty("receipt", out var receipt))
            {
                receipts.AddOrUpdate((id, receipt.GetString()!), 1, (_, count) => count + 1);
            }
        });

        Assert.Equal([200, 404, 409, 429], statuses.Keys.Order());
        foreach (var (runId, id) in ids.Take(Contested))
        {
            var record = (await server.GetAsync($"/api/approvals/{id}", ApprovalServer.Root)).Json;
            Assert.Equal(record.GetProperty("decision").GetProperty("receipt").GetString(), Assert.Single(receipts.Keys, r => r.Id == id).Receipt);
            Assert.Single(record.GetProperty("votes").EnumerateArray().ToList());
            await server.EndAsync(runId);
            var run = await server.Engine.GetAsync(runId, CancellationToken.None);
            Assert.Equal(record.GetProperty("status").GetString() == "approved" ? "completed" : "rejected", run!.Output!.Value.GetProperty("outcome").GetString());
            var events = (await server.GetAsync($"/api/runs/{runId}/events", ApprovalServer.Root)).Body;
            Assert.Equal(1, events.Split("approval.decided").Length - 1);
        }

        foreach (var (_, id) in ids.Skip(Contested))
        {
            Assert.Equal("pending", await server.StatusAsync(id));
        }
    }
}
