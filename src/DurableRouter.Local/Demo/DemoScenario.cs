using System.Diagnostics;
using System.Globalization;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using DurableRouter.Local.Output;
using DurableRouter.Local.Sessions;
using Spectre.Console;

namespace DurableRouter.Local.Demo;

/// <summary>The newcomer's first minute: five documents, a model that fails, an answer that fails its check, an approval, and a kill in
/// the middle of it all. The product runs in a child process; the models, and the account that the claims are checked against, live here.</summary>
sealed class DemoScenario(Terminal terminal, DemoFolder folder, CallLog log)
{
    const string Pipeline = "document";

    /// <summary>The step whose first answers wait for the kill.</summary>
    const string HeldStep = "reason";

    /// <summary>Factor on the models' latencies: slow enough to be followed.</summary>
    const double Latency = 2.0;

    /// <summary>Columns of time and document before each event's line.</summary>
    const int Prefix = 17;

    const int InFlightAtKill = 2;
    const int FinishedAtKill = 4;

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly long _started = Stopwatch.GetTimestamp();
    readonly IReadOnlyList<DemoDocument> _documents = DemoDocument.Load();
    readonly HashSet<string> _seen = [];
    int _approvals;

    /// <returns>True when everything that was claimed holds.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var catalog = DemoFolder.ShippedCatalog();
        var target = catalog.Models.First(m => m.Tier == Tier.Fast).Name;
        using var models = new DemoModels(catalog, Latency, model => DemoChaos.For(model, target, _documents), log, HeldStep, InFlightAtKill);
        await using var endpoint = await models.ServeAsync();
        folder.WriteConfig(endpoint.Address.ToString());
        Say($"Simulated models answer at {endpoint.Address}, in this process.");

        await using (var doomed = await HostProcess.StartAsync(folder, cancellationToken))
        {
            Say($"durable-router serves as process {doomed.Id} on {doomed.Url}. {_documents.Count} documents go in.");
            Tell($"On purpose {target} fails for the {DemoChaos.FallbackDocument} and garbles one answer for the {DemoChaos.CheckDocument}.");
            foreach (var document in _documents)
            {
                document.RunId = await doomed.Session.StartAsync(Pipeline, document.Input, null, cancellationToken);
            }

            await FollowAsync(doomed.Session, IsTimeToKill, cancellationToken);
            var inFlight = log.InFlight;
            await doomed.KillAsync();

            // Marked when the process is gone: what ended before may or may not have been committed, and nothing more will be.
            log.Add(LoggedKind.Kill, "");
            Say($"[red]SIGKILL[/] to process {doomed.Id} with {Figures.Many(inFlight, "call")} in flight.");
        }

        await using var host = await HostProcess.StartAsync(folder, cancellationToken);
        Say($"Restarted as process {host.Id}. The runs go on by themselves, from what was committed.");
        foreach (var document in _documents)
        {
            document.ComparisonId = await host.Session.StartAsync(Pipeline, document.Input, null, DemoFolder.AllPowerful, cancellationToken);
        }

        Tell("Meanwhile the same documents run once more, every step on the powerful tier, for comparison.");
        await FollowAsync(host.Session, IsAllOver, cancellationToken);
        Say("All runs have ended.");
        return await ReportAsync(host.Session, catalog, cancellationToken);
    }

    /// <summary>Tells events and decides approvals until the condition holds.</summary>
    async Task FollowAsync(RemoteSession session, Func<RemoteSession, CancellationToken, Task<bool>> isOver, CancellationToken cancellationToken)
    {
        var lines = new EventLines(await session.TiersAsync(cancellationToken), terminal.Error.Profile.Width - Prefix);
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            foreach (var document in _documents)
            {
                foreach (var told in await session.EventsAsync(document.RunId, document.LastEvent, cancellationToken))
                {
                    document.LastEvent = told.Id;
                    Note(told);
                    if (lines.Of(told) is { } line)
                    {
                        terminal.Progress($"{Clock()} {Terminal.Escape(document.Name.PadRight(9))}{line}");
                    }
                }
            }

            if (await isOver(session, cancellationToken))
            {
                return;
            }

            await ApproveAsync(session, cancellationToken);
            if (Stopwatch.GetElapsedTime(started) > Patience)
            {
                throw new DurableRouterException(ErrorCodes.HostStopping, $"The demo did not come to an end within {Figures.Seconds(Patience)}. --keep leaves its logs in {folder.Root}.");
            }

            await Task.Delay(Look, cancellationToken);
        }
    }

    void Note(EventInfo told)
    {
        if (told.Type == "step.fellback")
        {
            _seen.Add("fallback");
        }
        else if (told.Checks?.Any(c => !c.Passed) == true)
        {
            _seen.Add("check");
        }
    }

    /// <summary>Both scripted faults were met and survived, something is committed, and something is in the air.</summary>
    Task<bool> IsTimeToKill(RemoteSession session, CancellationToken cancellationToken) => Task.FromResult(
        _seen.Count == 2 && log.InFlight >= InFlightAtKill && log.Lines.Count(l => l.Kind == LoggedKind.End) >= FinishedAtKill);

    async Task<bool> IsAllOver(RemoteSession session, CancellationToken cancellationToken) =>
        (await session.ListAsync(new RunFilter(Top: 100), cancellationToken)).Value.Value.All(r => r.IsTerminal);

    async Task ApproveAsync(RemoteSession session, CancellationToken cancellationToken)
    {
        foreach (var approval in (await session.ApprovalsAsync(null, pendingOnly: true, cancellationToken)).Value.Value)
        {
            var receipt = await session.DecideAsync(new Decision(approval.Id, approval.Digest, ApprovalStatus.Approved, "approved by the demo", null), cancellationToken);
            if (_documents.FirstOrDefault(d => d.RunId == approval.RunId) is not { } document)
            {
                continue;
            }

            _approvals++;
            var facts = approval.Facts;
            Say($"[yellow]approval[/] for the {Terminal.Escape(document.Name)}: {Terminal.Escape(facts.Action)}");
            Tell($"because: {Terminal.Escape(string.Join("; ", facts.Reasons))}");
            if (facts.Payload?.TryGetProperty("summary", out var summary) == true)
            {
                Tell($"asked about: {Terminal.Escape(SafeText.Line(summary.GetString() ?? "", 76))}");
            }

            Tell($"digest of these facts {approval.Digest[..16]}…");
            Tell($"the demo approves over HTTP, receipt {receipt.Value.Receipt[..16]}…");
        }
    }

    async Task<bool> ReportAsync(RemoteSession session, ModelCatalog catalog, CancellationToken cancellationToken)
    {
        var results = new List<DemoResult>();
        foreach (var d in _documents)
        {
            results.Add(new DemoResult(d, (await session.GetAsync(d.RunId, cancellationToken)).Value, (await session.LedgerAsync(d.RunId, cancellationToken)).Value,
                (await session.GetAsync(d.ComparisonId, cancellationToken)).Value, (await session.LedgerAsync(d.ComparisonId, cancellationToken)).Value));
        }

        terminal.Out.WriteLine();
        DemoReport.Write(terminal.Out, results);
        terminal.Out.WriteLine();
        var routed = results.Select(r => r.Routed).ToList();
        var claims = new DemoClaims(log.Lines, routed, [.. routed, .. results.Select(r => r.Powerful)], catalog).All().ToList();
        var completed = results.Count(r => r.Run.Outcome == "completed") + results.Count(r => r.ComparisonRun.Outcome == "completed");
        claims.Insert(0, new DemoClaim(completed == 2 * results.Count, $"{completed} of {2 * results.Count} runs completed, across a kill"));
        claims.Add(new DemoClaim(_approvals > 0, $"{Figures.Many(_approvals, "approval")} shown and decided over HTTP, bound to the digest of the facts"));
        foreach (var claim in claims)
        {
            terminal.Out.MarkupLine($"{(claim.Holds ? "[green]ok[/]  " : "[red]FAIL[/]")} {Terminal.Escape(claim.Text)}");
        }

        return claims.TrueForAll(c => c.Holds);
    }

    void Say(string markup) => terminal.Progress($"{Clock()} {markup}");

    void Tell(string markup) => terminal.Progress($"        {markup}");

    string Clock() => string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(_started).TotalSeconds,5:0.0} s");
}
