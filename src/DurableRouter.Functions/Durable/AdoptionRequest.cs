using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Functions.Activities;
using Microsoft.DurableTask;

namespace DurableRouter.Functions.Durable;

/// <summary>What an orchestration does when its calls are refused because its run is unknown or has ended: somebody restarted or rewound it
/// in the task hub itself. Runs that <see cref="IRunClient"/> started never come here.</summary>
/// <param name="claim">What it says of itself.</param>
sealed class AdoptionRequest(TaskOrchestrationContext context, AdoptRun claim)
{
    // With the pauses below: more than a day.
    const int MaxTries = 36;
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <returns>True: the refused call may be made again. False: the run has ended, and this orchestration with it.</returns>
    /// <exception cref="DurableRouterException">Code <c>run_finished</c>: the id is that of another run, which has ended.</exception>
    /// <exception cref="TaskFailedException">The storage was away all the time.</exception>
    public async Task<bool> AskAsync() => await AnswerAsync() switch
    {
        Adoption.Open => true,
        Adoption.Ended => false,
        _ => throw new DurableRouterException(ErrorCodes.RunFinished,
            $"Run {claim.RunId} has ended, and its id can't be used again. Nothing was called; restart it with a new id."),
    };

    async Task<string> AnswerAsync()
    {
        var pause = FirstPause;
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await context.CallActivityAsync<string>(ActivityNames.AdoptRun, claim);
            }
            catch (TaskFailedException) when (tries < MaxTries)
            {
                // Below: nothing is awaited with an exception at hand.
            }

            await context.CreateTimer(context.CurrentUtcDateTime + pause, CancellationToken.None);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
