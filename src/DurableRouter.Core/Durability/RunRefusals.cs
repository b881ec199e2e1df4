using DurableRouter.Core.Errors;

namespace DurableRouter.Core.Durability;

/// <summary>Refusals that every host gives in the same words.</summary>
public static class RunRefusals
{
    public static DurableRouterException RunNotFound(string runId) =>
        new(ErrorCodes.RunNotFound, $"There is no run {runId} here. Look it up in the list of runs.");

    public static DurableRouterException RunFinished(string runId, RuntimeStatus status) =>
        new(ErrorCodes.RunFinished, $"Run {runId} is {status}: it takes no more events or commands. Its results and ledger are kept.");

    public static DurableRouterException RunLive(string runId, RuntimeStatus status) =>
        new(ErrorCodes.RunLive, $"Run {runId} is {status}. Nothing was deleted. Terminate it first, or wait for its end.");
}
