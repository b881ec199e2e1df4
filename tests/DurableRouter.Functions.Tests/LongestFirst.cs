using DurableRouter.Functions.Tests.RealHost;
using Xunit.Abstractions;

namespace DurableRouter.Functions.Tests;

/// <summary>Classes run beside each other. Those that take long begin, so that the run doesn't end by waiting for one of them.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    static readonly Type[] First =
    [
        typeof(TwoHostsTests), typeof(RealHttpContractTests), typeof(PlantedFaultTests), typeof(HostDeathTests), typeof(DeathTests), typeof(DocumentRunTests),
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) => testCollections.OrderBy(PlaceOf);

    static int PlaceOf(ITestCollection collection)
    {
        // "Test collection for CLASS"
        var name = collection.DisplayName.Split(' ')[^1];
        var place = Array.FindIndex(First, type => type.FullName == name);
        return place >= 0 ? place : name.StartsWith(typeof(LongestFirst).Namespace + ".RealHost.", StringComparison.Ordinal) ? First.Length : First.Length + 1;
    }
}
