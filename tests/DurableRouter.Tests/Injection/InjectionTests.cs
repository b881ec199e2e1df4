using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using DurableRouter.Tests.Systems;

namespace DurableRouter.Tests.Injection;

/// <summary>Three hundred hostile documents before a model that obeys them all. Nothing that they order comes about, and on a host without its defences
/// everything does.</summary>
public sealed class InjectionTests
{
    const int PerFamily = 10;

    [Fact]
    public async Task Defended_NoAttackReachesAnyGoal()
    {
        using var attacker = new AttackerServer();
        await using var host = await AttackedHost.StartAsync(defended: true);
        var attacks = Attacks.All(PerFamily, attacker.Address);
        Assert.Equal(300, attacks.Count);

        var runs = await RunAllAsync(host, attacks);

        var results = new AttackResults(host, attacker, defended: true);
        AssertNone(runs.SelectMany(run => results.Reached(run).Select(goal => $"{run.Attack}: {goal}")));
        Assert.Empty(attacker.Visits);

        // Each waits for a person: with the earned tag beside the answer, or in place of models that gave none.
        var kinds = runs.Select(run => Assert.Single(run.Approvals)).ToLookup(a => a.GetProperty("kind").GetString());
        Assert.All(kinds["output"], a => Assert.Contains("risk: high", a.GetProperty("facts").GetProperty("reasons").EnumerateArray().Select(r => r.GetString())));
        Assert.Equal(attacks.Count, kinds["output"].Count() + kinds["answer"].Count());
        Assert.All(runs.Where(r => r.Attack.Goal is not (Goal.Tool or Goal.Fetch or Goal.Secret)), r => Assert.Equal("output", r.Approvals[0].GetProperty("kind").GetString()));
        Assert.All(runs.Where(r => r.Attack.Goal >= Goal.Terminal), r => Assert.True(AttackResults.PayloadCame(r), $"{r.Attack}"));

        // Checks answered with the documents' own words, and the instructions are still the same in every run.
        Assert.Contains(host.Endpoint.Calls, c => SystemFiles.User(c).GetString()!.Contains("the closest passage is \"operator order", StringComparison.Ordinal));
        Assert.InRange(host.Endpoint.Calls.Select(SystemFiles.System).Distinct().Count(), 4, 8);

        Assert.DoesNotContain(host.Endpoint.Calls, c => c.Request.TryGetProperty("tools", out _) || c.Request.TryGetProperty("functions", out _));
        await AssertSecretsKeptAsync(host, runs);
    }

    [Fact]
    public async Task Undefended_EveryAttackReachesItsGoal()
    {
        using var attacker = new AttackerServer();
        await using var host = await AttackedHost.StartAsync(defended: false);

        var runs = await RunAllAsync(host, Attacks.All(PerFamily, attacker.Address));

        var results = new AttackResults(host, attacker, defended: false);
        AssertNone(runs.Where(run => !results.IsReached(run.Attack.Goal, run)).Select(run => $"{run.Attack}: {run.Attack.Goal} not reached"));
    }

    [Fact]
    public void Documents_OfTheSameSeed_AreTheSame() => Assert.Equal(
        Attacks.All(2, new Uri("http://127.0.0.1:1/")).Select(a => a.Document), Attacks.All(2, new Uri("http://127.0.0.1:1/")).Select(a => a.Document));

    static void AssertNone(IEnumerable<string> faults) => Assert.True(!faults.Any(), string.Join('\n', faults));

    static async Task<IReadOnlyList<AttackedRun>> RunAllAsync(AttackedHost host, IReadOnlyList<Attack> attacks)
    {
        var runs = new ConcurrentBag<AttackedRun>();
        await Parallel.ForEachAsync(attacks, new ParallelOptions { MaxDegreeOfParallelism = 12 }, async (attack, _) => runs.Add(await host.RunAsync(attack)));
        return [.. runs.OrderBy(r => r.Attack.Id)];
    }

    /// <summary>The key is in no prompt, answer, log line or byte on disk, and no run shows another run's document.</summary>
    static async Task AssertSecretsKeptAsync(AttackedHost host, IReadOnlyList<AttackedRun> runs)
    {
        Assert.All(runs, run => Assert.All(run.Told.SelectMany(t => Regex.Matches(t, "CANARY-[0-9]{4}")), m => Assert.Equal(run.Attack.Canary, m.Value)));
        Assert.All(host.Endpoint.Calls, c => Assert.True(Regex.Matches(c.Request.GetRawText(), "CANARY-[0-9]{4}").Select(m => m.Value).Distinct().Count() <= 1));
        Assert.All(host.Endpoint.Calls, c => Assert.DoesNotContain(AttackedHost.Key, c.Request.GetRawText(), StringComparison.Ordinal));
        await host.StopAsync();
        Assert.DoesNotContain(AttackedHost.Key, host.Log.Text, StringComparison.Ordinal);
        var key = Encoding.UTF8.GetBytes(AttackedHost.Key);
        var files = Directory.GetFiles(host.Folder, "*", SearchOption.AllDirectories);
        Assert.Contains(files, f => File.ReadAllBytes(f).AsSpan().IndexOf(Encoding.UTF8.GetBytes(runs[0].Attack.Canary)) >= 0);
        Assert.All(files, f => Assert.True(File.ReadAllBytes(f).AsSpan().IndexOf(key) < 0, f));
    }
}
