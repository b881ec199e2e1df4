using DurableRouter.Core.Durability;

namespace DurableRouter.Functions.Activities;

/// <summary>One delivery of one call.</summary>
/// <param name="Ended">How the run has ended, when only what earlier deliveries called is to be booked; null for a delivery of the task hub's.</param>
/// <param name="IsReportedLost">Whether the Functions host has reported that a process died with this call.</param>
/// <param name="Stopping">Ends the wait for another delivery; a call that is out goes on.</param>
sealed record ActivityDelivery(string RunId, RuntimeStatus? Ended, bool IsReportedLost, CancellationToken Stopping)
{
    /// <summary>Whether it waits for a living owner of its attempt; else it ends with <see cref="AttemptUnderWayException"/>.</summary>
    public bool WaitsForOwner => Ended is null;
}
