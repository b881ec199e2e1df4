using DurableRouter.Core.Durability;

namespace DurableRouter.Functions.Activities;

/// <summary>One delivery of one call.</summary>
/// <param name="Ended">How the run has ended, if it has: what an earlier delivery called is still booked, but no new call goes out.</param>
/// <param name="WaitsForOwner">Whether it waits for a living owner of its attempt; else it ends with <see cref="AttemptUnderWayException"/>.</param>
/// <param name="IsAnswered">Whether another delivery has left the call's result where the workflow gets it.</param>
/// <param name="Stopping">Ends the wait for another delivery; a call that is out goes on.</param>
sealed record ActivityDelivery(string RunId, RuntimeStatus? Ended, bool WaitsForOwner, Func<Task<bool>> IsAnswered, CancellationToken Stopping);
