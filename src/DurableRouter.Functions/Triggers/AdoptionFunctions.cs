using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Triggers;

/// <summary>The activity by which orchestrations that were restarted or rewound in the task hub itself become runs.</summary>
public sealed class AdoptionFunctions(RunAdoption adoption)
{
    [Function(ActivityNames.AdoptRun)]
    public Task<string> AdoptRun([ActivityTrigger] AdoptRun claim, [DurableClient] DurableTaskClient client, CancellationToken stopping) =>
        adoption.AdoptAsync(claim, client, stopping);
}
