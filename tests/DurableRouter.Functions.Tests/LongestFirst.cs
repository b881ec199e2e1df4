using DurableRouter.Functions.Tests.RealHost;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("DurableRouter.Functions.Tests.LongestFirst", "DurableRouter.Functions.Tests")]

namespace DurableRouter.Functions.Tests;

/// <summary>Classes that wait the longest begin first, so that the others run beside them.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    static readonly string[] First =
    [
        nameof(OutageTests), nameof(HostDeathTests), nameof(RealHttpContractTests), nameof(DeathTests), nameof(WorkerDeathTests), nameof(PlantedFaultTests),
        nameof(DocumentRunTests), nameof(PeopleTests),
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) => testCollections.OrderBy(Place);

    static int Place(ITestCollection collection)
    {
        var place = Array.FindIndex(First, name => collection.DisplayName.EndsWith("." + name, StringComparison.Ordinal));
        return place < 0 ? First.Length : place;
    }
}
