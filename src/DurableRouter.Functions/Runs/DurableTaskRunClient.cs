using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;
using DurableRouter.Functions.Durable;
using DurableRouter.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Runs;

/// <summary>Runs on Durable Task: the task hub drives them, the run index names and ends them, the history tells of them.</summary>
sealed class DurableTaskRunClient(TaskHub hub, WorkflowHost workflows, RunStarts starts, RunEndings endings, RunAdoption adoption, IRunIndex index,
    IRunHistory history, IRunContent content, TimeProvider clock) : IRunClient
{
    /// <summary>How many live runs of a list are asked for at once.</summary>
    const int AskedAtOnce = 16;

    static readonly TimeSpan HubFollowsWithin = TimeSpan.FromSeconds(30);

    public Task<StartedRun> StartAsync(StartRun request, CancellationToken cancellationToken) =>
        starts.StartAsync(request, workflows.Get(request.Workflow), cancellationToken);

    public async Task<RunSnapshot?> GetAsync(string runId, CancellationToken cancellationToken) =>
        await index.GetAsync(runId, cancellationToken) is { PurgedAt: null } entry ? await SnapshotAsync(entry, withInput: true, cancellationToken) : null;

    /// <summary>A run on its way changes its entry with each step; only one that stands still may wait for a person, which the task hub knows.</summary>
    public async Task<RunSnapshot?> WaitAsync(string runId, TimeSpan limit, CancellationToken cancellationToken)
    {
        RunSnapshot? snapshot = null;
        var last = 0L;
        await Poll.UntilAsync(async () =>
        {
            if (await index.GetAsync(runId, cancellationToken) is not { PurgedAt: null } entry)
            {
                snapshot = null;
                return true;
            }

            var moved = entry.End is null && entry.Last != last;
            last = entry.Last;
            snapshot = moved ? null : await SnapshotAsync(entry, withInput: true, cancellationToken);
            return snapshot is not null && snapshot.Status.Rests(snapshot.Progress);
        }, limit, cancellationToken);
        return snapshot ?? await GetAsync(runId, cancellationToken);
    }

    public async Task<RunPage> ListAsync(RunQuery query, CancellationToken cancellationToken)
    {
        var found = new List<RunSnapshot>();
        string? token = query.ContinuationToken;
        do
        {
            // No more than what is missing: the token stands behind the page's last entry.
            var page = await index.ListAsync(query with { Top = query.Top - found.Count, ContinuationToken = token }, cancellationToken);
            foreach (var chunk in page.Entries.Chunk(AskedAtOnce))
            {
                var runs = await Task.WhenAll(chunk.Select(entry => SnapshotAsync(entry, withInput: false, cancellationToken)));
                found.AddRange(runs.Where(run => query.Statuses.Count == 0 || query.Statuses.Contains(run.Status)));
            }

            token = page.ContinuationToken;
        }
        while (token is not null && found.Count < query.Top);

        return new RunPage(found, token);
    }

    public async Task RaiseEventAsync(string runId, string name, string eventId, JsonElement? payload, CancellationToken cancellationToken)
    {
        await LiveAsync(runId, cancellationToken);
        var raised = JsonSerializer.SerializeToElement(new ExternalEvent(eventId, payload), FunctionsJson.Default.ExternalEvent);
        await hub.Client.RaiseEventAsync(runId, name, raised, cancellationToken);
        await AppendAsync(runId, $"event-{FieldValues.Sha256(eventId)[..32]}", HistoryKinds.EventReceived, name, payload, cancellationToken);
    }

    public async Task SuspendAsync(string runId, string? reason, CancellationToken cancellationToken)
    {
        var run = await LiveAsync(runId, cancellationToken);
        if (run.Status != RuntimeStatus.Suspended)
        {
            await hub.Client.SuspendInstanceAsync(runId, reason, cancellationToken);
            await AppendAsync(runId, Numbered("suspended", run), HistoryKinds.RunSuspended, null, Text(reason), cancellationToken);
        }
    }

    public async Task ResumeAsync(string runId, string? reason, CancellationToken cancellationToken)
    {
        var run = await LiveAsync(runId, cancellationToken);
        if (run.Status == RuntimeStatus.Suspended)
        {
            await hub.Client.ResumeInstanceAsync(runId, reason, cancellationToken);
            await AppendAsync(runId, Numbered("resumed", run), HistoryKinds.RunResumed, null, Text(reason), cancellationToken);
        }
        else if (run.Progress?.WaitingFor == EventNames.Resume)
        {
            // One event per wait: a second request before the run has moved has the same id and does nothing.
            await RaiseEventAsync(runId, EventNames.Resume, Numbered("resume", run), null, cancellationToken);
        }
    }

    public async Task TerminateAsync(string runId, string? reason, CancellationToken cancellationToken)
    {
        var run = await LiveAsync(runId, cancellationToken);

        // The task hub first: should the rest be lost, the next look at the run finds its instance terminated and writes the same end.
        await hub.Client.TerminateInstanceAsync(runId, new TerminateInstanceOptions(reason), cancellationToken);
        var end = new RunEnding(RuntimeStatus.Terminated, clock.GetUtcNow(), null, RunSnapshots.Terminated(reason)) { Progress = run.Progress };
        if (await endings.EndAsync(runId, end, CancellationToken.None) is { } other && other != end)
        {
            throw RunRefusals.RunFinished(runId, other.Status);
        }
    }

    public async Task PurgeAsync(string runId, CancellationToken cancellationToken)
    {
        var entry = await EntryAsync(runId, cancellationToken);
        if (entry.End is not { } end)
        {
            throw RunRefusals.RunLive(runId, RuntimeStatus.Running);
        }

        // Its last activity has written the end that callers see; the task hub completes it a moment later.
        var patience = clock.GetUtcNow() - end.At < HubFollowsWithin ? HubFollowsWithin : TimeSpan.Zero;
        var completed = false;
        await Poll.UntilAsync(async () => completed = await hub.Client.GetInstanceAsync(runId, getInputsAndOutputs: false, cancellationToken)
            is not { IsCompleted: false }, patience, cancellationToken);
        if (!completed)
        {
            throw RunRefusals.RunLive(runId, end.Status);
        }

        // The entry last: until then a repetition finds what is left.
        await hub.Client.PurgeInstanceAsync(runId, new PurgeInstanceOptions(), cancellationToken);
        await history.RemoveAsync(runId, cancellationToken);
        await content.RemoveAsync(runId, cancellationToken);
        while (entry.PurgedAt is null
            && await index.UpdateAsync(entry with { PurgedAt = clock.GetUtcNow(), End = entry.End! with { Output = null } }, cancellationToken) is null)
        {
            entry = await EntryAsync(runId, cancellationToken);
        }
    }

    public async Task<IReadOnlyList<HistoryEntry>> HistoryAsync(string runId, long after, CancellationToken cancellationToken)
    {
        await EntryAsync(runId, cancellationToken);
        return await history.ReadAsync(runId, after, cancellationToken);
    }

    public async Task WaitForHistoryAsync(string runId, long after, TimeSpan limit, CancellationToken cancellationToken)
    {
        await EntryAsync(runId, cancellationToken);
        await Poll.UntilAsync(async () => await history.LastAsync(runId, cancellationToken) > after, limit, cancellationToken);
    }

    async Task<RunSnapshot> SnapshotAsync(RunEntry entry, bool withInput, CancellationToken cancellationToken)
    {
        if (RunSnapshots.NeedsNoHub(entry, withInput))
        {
            return RunSnapshots.Of(entry, null);
        }

        var instance = await hub.Client.GetInstanceAsync(entry.RunId, getInputsAndOutputs: true, cancellationToken);
        if (entry.End is null && instance is not null && RunSnapshots.EndOf(entry, instance) is { } end)
        {
            // It ended without its last activity: the code left its history, or somebody used the task hub itself.
            // Read again: the end that stands may have come in between, and have an output that the task hub's doesn't.
            await endings.EndAsync(entry.RunId, end, cancellationToken);
            entry = await index.GetAsync(entry.RunId, cancellationToken) ?? entry with { End = end };
        }

        return RunSnapshots.Of(entry, instance);
    }

    /// <exception cref="DurableRouterException">Codes <c>run_not_found</c>, <c>run_finished</c>.</exception>
    async Task<RunSnapshot> LiveAsync(string runId, CancellationToken cancellationToken)
    {
        var entry = await EntryAsync(runId, cancellationToken);
        if (await WasRewoundAsync(entry, cancellationToken))
        {
            await adoption.ReopenAsync(entry, cancellationToken);
            entry = await EntryAsync(runId, cancellationToken);
        }

        var run = await SnapshotAsync(entry, withInput: true, cancellationToken);
        return run.Status.IsTerminal() ? throw RunRefusals.RunFinished(runId, run.Status) : run;
    }

    /// <summary>A rewound orchestration asks for its run when it calls something. One that waits for an event first has to be seen here.</summary>
    async Task<bool> WasRewoundAsync(RunEntry entry, CancellationToken cancellationToken) =>
        entry.End is { Status: RuntimeStatus.Failed } end && clock.GetUtcNow() - end.At > HubFollowsWithin
        && await hub.Client.GetInstanceAsync(entry.RunId, getInputsAndOutputs: false, cancellationToken) is { IsCompleted: false };

    async Task<RunEntry> EntryAsync(string runId, CancellationToken cancellationToken) =>
        await index.GetAsync(runId, cancellationToken) is { PurgedAt: null } entry ? entry : throw RunRefusals.RunNotFound(runId);

    Task AppendAsync(string runId, string id, string kind, string? name, JsonElement? data, CancellationToken cancellationToken) =>
        history.WriteAsync(runId, new RunWrite(new NewHistoryEntry(id, clock.GetUtcNow(), kind, name, 0, data)), cancellationToken);

    static string Numbered(string what, RunSnapshot run) => string.Create(CultureInfo.InvariantCulture, $"{what}-{run.Version}");

    static JsonElement? Text(string? reason) =>
        reason is null ? null : JsonSerializer.SerializeToElement(reason, CoreJson.Default.String);
}
