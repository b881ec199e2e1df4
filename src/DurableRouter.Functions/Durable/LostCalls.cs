using System.Globalization;
using DurableRouter.Core.Values;
using Microsoft.DurableTask;

namespace DurableRouter.Functions.Durable;

/// <summary>Activities that failed because their process did, and when to ask for them again.</summary>
/// <remarks>Durable Functions redelivers what a dying host had, but not what a dying worker process had: the host lives on and reports the
/// activity as failed.</remarks>
static class LostCalls
{
    /// <summary>Workflow versions before this one waited for a person at once; their histories have no timer there.</summary>
    public const int SinceWorkflowVersion = 3;

    /// <summary>So many processes may die with one call before a person has to look at it: perhaps it is the call that kills them.</summary>
    public const int Most = 5;

    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    const int Growth = 3;

    // The host's own exceptions by name: none of them is in an assembly that an app may refer to.
    static readonly string[] OfTheHost =
    [
        "WorkerProcessExitException", "FunctionTimeoutException", "FunctionTimeoutAbortException", "FunctionInvocationCanceledException",
        nameof(OperationCanceledException), nameof(TaskCanceledException),
    ];

    // While a new worker process starts.
    const string NoWorker = "Did not find any initialized language workers";

    /// <summary>Whether the process failed rather than the activity's own code.</summary>
    public static bool Contain(TaskFailureDetails failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerFailure)
        {
            if (OfTheHost.Contains(cause.ErrorType[(cause.ErrorType.LastIndexOf('.') + 1)..], StringComparer.Ordinal)
                || cause.ErrorMessage.Contains(NoWorker, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    public static string Describe(TaskFailureDetails failure, int lost) => string.Create(CultureInfo.InvariantCulture,
        $"{lost} processes died or were stopped while they had this call, the last with {(failure.InnerFailure ?? failure).ErrorMessage}");

    /// <summary>Five seconds, then three times as long each time, and spread from the second on: the calls that died together come back apart, so
    /// that one which kills its process stops taking the others with it.</summary>
    /// <param name="lost">From 1.</param>
    public static TimeSpan Pause(string runId, int call, int lost) =>
        lost == 1 ? FirstPause : FirstPause * Math.Pow(Growth, lost - 1) * (1 + Spread(runId, call));

    /// <summary>From 0 to 1, the same on every replay.</summary>
    static double Spread(string runId, int call) =>
        uint.Parse(FieldValues.Sha256($"{runId}/{call}").AsSpan(0, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / (double)uint.MaxValue;
}
