using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;
using DurableRouter.Engine.Runs;

namespace DurableRouter.Engine.Activities;

/// <summary>One delivery of an activity. Its result and its ledger rows reach the store in one commit with the run's next turn.</summary>
sealed class ActivityRun(RunActor run, long sequence, Activity activity, object input, IContentStore content, TimeProvider clock) : IActivityScope
{
    List<AttemptRow>? rows;

    public RunActor Run => run;

    public long Sequence => sequence;

    public Activity Activity => activity;

    /// <summary>The bound that it shares with others.</summary>
    public string? Key { get; } = activity.ConcurrencyKey(input);

    /// <summary>An earlier process may have made the call.</summary>
    public bool Redelivered { get; init; }

    /// <summary>The claim is durable; false while it waits for its place.</summary>
    public bool Claimed { get; set; }

    string IActivityScope.RunId => run.RunId;

    TimeProvider IActivityScope.Clock => clock;

    IContentStore IActivityScope.Content => content;

    /// <returns>The result for the run; null when the process ends first: the next one delivers it again and finds the claim.</returns>
    public async Task<Incoming?> ExecuteAsync(CancellationToken stopping)
    {
        try
        {
            var output = await activity.InvokeAsync(this, input, stopping).ConfigureAwait(false);
            return new Incoming.ActivityCompleted(this, output, Rows);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception e)
        {
            return new Incoming.ActivityFailed(this, Describe(e), Rows);
        }
    }

    public ValueTask<AttemptClaim> ClaimAttemptAsync(AttemptIntent intent, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Redelivered ? AttemptClaim.Unknown : AttemptClaim.Fresh);

    public ValueTask RecordAttemptAsync(AttemptRow row, CancellationToken cancellationToken)
    {
        (rows ??= []).Add(row);
        return ValueTask.CompletedTask;
    }

    IReadOnlyList<AttemptRow> Rows => rows is null ? [] : rows;

    static string Describe(Exception e)
    {
        var text = $"{e.GetType().Name}: {e.Message}";
        return text.Length <= 2048 ? text : text[..2048];
    }
}
