using DurableRouter.Core.Errors;

namespace DurableRouter.Core.Durability;

/// <summary>Removes histories and content of runs that ended long ago. The ledger keeps its rows.</summary>
/// <param name="age">How long an ended run is kept.</param>
public sealed class Retention(IRunClient runs, TimeSpan age, TimeProvider clock)
{
    const int PageSize = 100;

    /// <returns>How many runs were removed.</returns>
    public async Task<int> PurgeAsync(CancellationToken cancellationToken)
    {
        var before = clock.GetUtcNow() - age;
        var removed = 0;
        string? token = null;
        do
        {
            var page = await runs.ListAsync(new RunQuery([RuntimeStatus.Completed, RuntimeStatus.Failed, RuntimeStatus.Terminated],
                Pipeline: null, Tag: null, CreatedFrom: null, CreatedTo: before, PageSize, token), cancellationToken);
            foreach (var run in page.Runs.Where(run => run.LastUpdatedAt <= before))
            {
                try
                {
                    await runs.PurgeAsync(run.RunId, cancellationToken);
                    removed++;
                }
                catch (DurableRouterException e) when (e.Code is ErrorCodes.RunLive or ErrorCodes.RunNotFound)
                {
                    // Somebody else has just removed it, or it isn't over everywhere. The others go all the same.
                }
            }

            token = page.ContinuationToken;
        }
        while (token is not null);

        return removed;
    }
}
