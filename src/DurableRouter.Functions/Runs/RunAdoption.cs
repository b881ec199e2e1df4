using System.Globalization;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Values;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Storage;
using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Runs;

/// <summary>Makes runs of orchestrations that somebody restarted or rewound in the task hub itself, before they call anything. Every step
/// may be repeated.</summary>
/// <remarks>
/// 1. Unknown: Durable's restart makes a new instance of an old input. It becomes a run like any other, with the tag
///    <c>restartedFrom</c>, a ledger and a budget of its own.
/// 2. Failed in the task hub before its workflow had ended it: a rewind. The end is taken back; what the ledger has is not called again.
/// 3. Ended, and this orchestration began later: a restart under the old id. Attempts are booked under the id, so no second run can have
///    it.
/// 4. Ended otherwise: the orchestration is about to be told.
/// </remarks>
public sealed class RunAdoption(IRunIndex index, IRunHistory history, IRunContent content, TimeProvider clock)
{
    public const string Tag = "restartedFrom";
    const string UnknownSource = "unknown";

    /// <summary>Under which the Durable extension keeps the id of the instance that was restarted.</summary>
    const string SourceTag = "MS_DurableFunctions_SourceInstanceId";

    /// <returns>One of <see cref="Adoption"/>.</returns>
    public async Task<string> AdoptAsync(AdoptRun claim, DurableTaskClient hub, CancellationToken cancellationToken)
    {
        while (true)
        {
            var entry = await index.GetAsync(claim.RunId, cancellationToken) ?? await AddAsync(claim, hub, cancellationToken);
            if (entry.End is not { } end)
            {
                await CompleteAsync(claim, entry, cancellationToken);
                return Adoption.Open;
            }

            if (entry.PurgedAt is not null || claim.StartedAt > end.At)
            {
                return Adoption.Taken;
            }

            if (end.Status != RuntimeStatus.Failed)
            {
                return Adoption.Ended;
            }

            await ReopenAsync(entry, cancellationToken);
        }
    }

    /// <summary>Takes the end of a run back whose orchestration is seen to go on. Whoever is faster, it is done once.</summary>
    public async Task ReopenAsync(RunEntry ended, CancellationToken cancellationToken)
    {
        if (await index.ReopenAsync(ended, cancellationToken) is { } entry)
        {
            await TellAsync(entry, cancellationToken);
        }
    }

    async Task<RunEntry> AddAsync(AdoptRun claim, DurableTaskClient hub, CancellationToken cancellationToken)
    {
        var instance = await hub.GetInstanceAsync(claim.RunId, getInputsAndOutputs: false, cancellationToken);
        var source = instance?.Tags.GetValueOrDefault(SourceTag);
        var known = source is null ? null : await index.GetAsync(source, cancellationToken);
        var tags = new Dictionary<string, string>(known?.Index.Tags ?? new Dictionary<string, string>())
        {
            [Tag] = source ?? UnknownSource,
        };
        var listed = new RunIndexEntry(claim.Pipeline, tags, claim.Requester);
        var entry = new RunEntry(claim.RunId, claim.Workflow, claim.WorkflowVersion, listed, claim.StartedAt)
        {
            ClaimedAt = clock.GetUtcNow(),
        };
        try
        {
            return (await index.ClaimAsync(entry, null, cancellationToken)).Entry;
        }
        catch (DurableRouterException e) when (e.Code == ErrorCodes.RunIdTaken)
        {
            return (await index.GetAsync(claim.RunId, cancellationToken))!; // by another delivery
        }
    }

    /// <summary>What follows from the entry.</summary>
    async Task CompleteAsync(AdoptRun claim, RunEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Reopened > 0)
        {
            await TellAsync(entry, cancellationToken);
        }

        // Else the purge of the run that first had this input would take it away.
        foreach (var address in entry.Index.Tags.ContainsKey(Tag) ? claim.Content : [])
        {
            await KeepAsync(content.For(entry.RunId), address, cancellationToken);
        }
    }

    Task TellAsync(RunEntry reopened, CancellationToken cancellationToken)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"run-reopened-{reopened.Reopened}");
        var entry = new NewHistoryEntry(id, clock.GetUtcNow(), HistoryKinds.RunReopened, null, 0, null);
        return history.WriteAsync(reopened.RunId, new RunWrite(entry), cancellationToken);
    }

    static async Task KeepAsync(IContentStore store, string address, CancellationToken cancellationToken)
    {
        try
        {
            await store.PutAsync(await store.GetAsync(address, cancellationToken), cancellationToken);
        }
        catch (DurableRouterException e) when (e.Code == ErrorCodes.ContentMissing)
        {
            // The run is known now, and the step that needs the value says what is missing.
        }
    }
}
