using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;

namespace DurableRouter.Engine.Runs;

/// <summary>Refusals that several places give in the same words.</summary>
static class DurableRouterErrors
{
    public static DurableRouterException RunNotFound(string runId) =>
        new(ErrorCodes.RunNotFound, $"There is no run {runId} here. Look it up in the list of runs.");

    public static DurableRouterException RunFinished(string runId, RuntimeStatus status) =>
        new(ErrorCodes.RunFinished, $"Run {runId} is {status}: it takes no more events or commands. Its results and ledger are kept.");
}
