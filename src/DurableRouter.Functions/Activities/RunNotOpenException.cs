using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using Microsoft.DurableTask;

namespace DurableRouter.Functions.Activities;

/// <summary>The index doesn't know the run, or has it as ended: nothing is called for it. An orchestration that hears of it is alive all the
/// same, and asks for adoption (<see cref="AdoptRun"/>); it knows this failure by the type's name.</summary>
sealed class RunNotOpenException(string code, string message) : DurableRouterException(code, message)
{
    public static RunNotOpenException Unknown(string runId) => Of(RunRefusals.RunNotFound(runId));

    public static RunNotOpenException Ended(string runId, RuntimeStatus status) => Of(RunRefusals.RunFinished(runId, status));

    /// <summary>Whether an activity failed by it.</summary>
    public static bool Is(TaskFailureDetails failure) => failure.ErrorType == typeof(RunNotOpenException).FullName;

    static RunNotOpenException Of(DurableRouterException refusal) => new(refusal.Code, refusal.Message);
}
