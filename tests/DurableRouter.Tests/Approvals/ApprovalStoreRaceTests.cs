using System.Collections.Concurrent;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;

namespace DurableRouter.Tests.Approvals;

/// <summary>Ten thousand approvals, each of them raced for: what the interface's own race (<see cref="ApprovalRaceTests"/>) shows on a few.</summary>
public class ApprovalStoreRaceTests
{
    const int Races = 10_000;
    const int AtOnce = 64;

    [Fact]
    public async Task ApproveRejectRepeatForgeAndExpire_AtOnce_TenThousandTimes_OneDecisionEach()
    {
        await using var server = await ApprovalServer.StartAsync();
        var store = server.Engine.Approvals;
        var decisions = server.Decisions;
        var given = new ConcurrentDictionary<string, ConcurrentBag<string>>();
        var refused = new ConcurrentDictionary<string, int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, Races), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (n, cancellation) =>
        {
            var record = Record(n);
            await store.RequestAsync(record, cancellation);
            List<Task> racers =
            [
                DecideAsync(ApprovalStatus.Approved, "ada", null), DecideAsync(ApprovalStatus.Rejected, "ben", null),
                DecideAsync(ApprovalStatus.Approved, "ada", record.Digest), DecideAsync(ApprovalStatus.Approved, "eve", new string('0', 64)),
            ];
            if (n % 3 == 0)
            {
                racers.Add(store.MoveAsync(record.Id, r => ApprovalMoves.Close(r, ApprovalStatus.Expired), cancellation));
            }

            await Task.WhenAll(racers);

            async Task DecideAsync(ApprovalStatus decision, string person, string? digest)
            {
                await Task.Yield();
                try
                {
                    var vote = (await decisions.DecideAsync(new DecideApproval(record.Id, decision, new Approver(person, true, "key"), Digest: digest), cancellation)).Vote;
                    given.GetOrAdd(record.Id, _ => []).Add(vote.Receipt);
                }
                catch (DurableRouterException e)
                {
                    refused.AddOrUpdate(e.Code, 1, (_, count) => count + 1);
                }
            }
        });

        Assert.Equal([ErrorCodes.ApprovalDecided, ErrorCodes.ApprovalExpired, ErrorCodes.ApprovalForbidden], refused.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Races, refused[ErrorCodes.ApprovalForbidden]);
        var outcomes = new HashSet<ApprovalStatus>();
        for (var n = 0; n < Races; n++)
        {
            var record = (await store.GetAsync(Id(n), CancellationToken.None))!;
            outcomes.Add(record.Status);
            var receipts = given.GetValueOrDefault(record.Id)?.Distinct().ToList() ?? [];
            Assert.Equal(record.Status == ApprovalStatus.Expired ? [] : [record.Decision!.Receipt], receipts);
            Assert.Equal(record.Status == ApprovalStatus.Expired ? 0 : 1, record.Votes.Count);
            Assert.Equal(record.Status, record.Decision?.Decision ?? ApprovalStatus.Expired);
        }

        Assert.Superset(new HashSet<ApprovalStatus> { ApprovalStatus.Approved }, outcomes);
        Assert.DoesNotContain(ApprovalStatus.Pending, outcomes);
    }

    static string Id(int n) => $"apr-{n:d32}";

    static ApprovalRecord Record(int n)
    {
        var facts = new ApprovalFacts($"Use answer {n}.", ["always"], null, "model", false, 0.1m, null);
        return new ApprovalRecord(Id(n), $"run-{n:d8}", "held", "draft", 0, ApprovalKind.Output, "reviewers", "cleo", ApprovalIds.Digest(facts), facts,
            DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1), "deny", ApprovalStatus.Pending, null);
    }
}
