using DurableRouter.Core.Durability;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableRouter.Functions.Tests.Driver;

/// <summary>One process of the app, as far as activities go: its calls, and the heart that beats for them.</summary>
sealed class AppInstance : IDisposable
{
    public AppInstance(IReadOnlyList<Activity> activities, IRunHistory history, AppStores stores, TimeProvider clock)
    {
        Leases = new LeaseKeeper(stores.Leases, clock, NullLogger<LeaseKeeper>.Instance);
        Calls = new CallsInFlight(clock);
        Activities = new ActivityHost(activities, history, stores.Rows, stores.Leases, stores.RunContent, Leases, Calls, clock, NullLogger<ActivityHost>.Instance);
    }

    public ActivityHost Activities { get; }

    public LeaseKeeper Leases { get; }

    public CallsInFlight Calls { get; }

    /// <summary>The process dies: its heart stops, and its calls go no further.</summary>
    public void Dispose()
    {
        Leases.Dispose();
        Calls.Dispose();
    }
}
