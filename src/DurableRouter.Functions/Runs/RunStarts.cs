using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Notifications;
using DurableRouter.Functions.Durable;
using DurableRouter.Functions.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Runs;

/// <summary>Starts a run once, however often and on however many instances the start is asked for.</summary>
/// <remarks>The claim in the index comes before the task hub, some versions of which accept a second start with an id that runs. An
/// instance that dies between claim and schedule leaves a claim that the caller's retry takes over.</remarks>
sealed class RunStarts(TaskHub hub, IRunIndex index, IRunContent content, IOutbox outbox, TimeProvider clock)
{
    /// <summary>A claim without a scheduled run is taken over after this time. A start takes a few store calls, so it is dead by then.</summary>
    static readonly TimeSpan ClaimPatience = TimeSpan.FromSeconds(15);

    static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>No status of an instance lets a second one take its id.</summary>
    static readonly IReadOnlyList<string> AnyStatus = [nameof(OrchestrationRuntimeStatus.Pending), nameof(OrchestrationRuntimeStatus.Running),
        nameof(OrchestrationRuntimeStatus.Suspended), nameof(OrchestrationRuntimeStatus.Completed), nameof(OrchestrationRuntimeStatus.Failed),
        nameof(OrchestrationRuntimeStatus.Terminated)];

    public async Task<StartedRun> StartAsync(StartRun request, Workflow workflow, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var entry = new RunEntry(request.RunId, request.Workflow, workflow.CurrentVersion, request.Index, now)
        {
            ClaimedAt = now,
            Input = JsonSerializer.SerializeToElement(request.Input, workflow.InputType),
            HasCallback = request.Callback is not null,
        };
        var claim = await index.ClaimAsync(entry, request.Idempotency, cancellationToken);
        var mine = claim.Fresh ? claim.Entry : await TakeOverAsync(claim.Entry, cancellationToken);
        if (mine is null)
        {
            return new StartedRun(claim.Entry.RunId, Replayed: true);
        }

        // From here on the start must not stop half-way because its caller has gone.
        await ScheduleAsync(mine, request, CancellationToken.None);
        return new StartedRun(mine.RunId, Replayed: !claim.Fresh);
    }

    /// <summary>Waits for the start that another request makes of the same run.</summary>
    /// <returns>Null when the run has been started; the entry, claimed for this request, when the other one died.</returns>
    async Task<RunEntry?> TakeOverAsync(RunEntry entry, CancellationToken cancellationToken)
    {
        for (var pause = FirstLook; !await IsStartedAsync(entry, cancellationToken); pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            if (clock.GetUtcNow() - entry.ClaimedAt >= ClaimPatience
                && await index.UpdateAsync(entry with { ClaimedAt = clock.GetUtcNow() }, cancellationToken) is { } mine)
            {
                return mine;
            }

            // The caller waits in real time, ever more patiently: a crowd that asks all the time would slow down the one that it waits for.
            await Task.Delay(pause, TimeProvider.System, cancellationToken);
            entry = await index.GetAsync(entry.RunId, cancellationToken) ?? throw RunRefusals.RunNotFound(entry.RunId);
        }

        return null;
    }

    /// <summary>Whether the task hub has the run: its own activities tell, else the hub is asked.</summary>
    async Task<bool> IsStartedAsync(RunEntry entry, CancellationToken cancellationToken) => entry.End is not null || entry.Last > 1
        || await hub.Client.GetInstanceAsync(entry.RunId, getInputsAndOutputs: false, cancellationToken) is not null;

    async Task ScheduleAsync(RunEntry entry, StartRun request, CancellationToken cancellationToken)
    {
        foreach (var item in request.Content)
        {
            await content.For(entry.RunId).PutAsync(item.Bytes, cancellationToken);
        }

        if (request.Callback is { } callback)
        {
            await outbox.AddAsync(entry.RunId == request.RunId ? callback
                : Delivery.Create(callback.Kind, entry.RunId, callback.Target, callback.State, callback.CreatedAt), cancellationToken);
        }

        var options = new StartOrchestrationOptions(entry.RunId)
        {
            Version = OrchestrationVersion.Format(entry.WorkflowVersion),
            DedupeStatuses = AnyStatus,
        };
        try
        {
            await hub.Client.ScheduleNewOrchestrationInstanceAsync(entry.Workflow, entry.Input, options, cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Refused because the dead start had come this far, or lost on its way back.
            if (await hub.Client.GetInstanceAsync(entry.RunId, getInputsAndOutputs: false, cancellationToken) is null)
            {
                throw;
            }
        }
    }
}
