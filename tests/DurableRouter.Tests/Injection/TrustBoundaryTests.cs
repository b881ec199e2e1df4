using System.Reflection;
using System.Runtime.CompilerServices;
using DurableRouter.Core.Activities;

namespace DurableRouter.Tests.Injection;

/// <summary>The defences can be missing in a test and nowhere else.</summary>
public sealed class TrustBoundaryTests
{
    static readonly string[] Product =
        ["DurableRouter.JsonSchema", "DurableRouter.Core", "DurableRouter.Simulation", "DurableRouter.Engine", "DurableRouter.Http", "durable-router"];

    [Fact]
    public void NoProductAssembly_HasAnotherBoundary_NorCanNameIt()
    {
        var core = typeof(TrustBoundary).Assembly;

        Assert.False(typeof(TrustBoundary).IsVisible);
        Assert.Single(typeof(TrustBoundary).GetFields(BindingFlags.Public | BindingFlags.Static), f => f.IsInitOnly);
        Assert.All(core.GetCustomAttributes<InternalsVisibleToAttribute>(), friend => Assert.EndsWith(".Tests", friend.AssemblyName, StringComparison.Ordinal));
        Assert.DoesNotContain(Product.SelectMany(name => Assembly.Load(name).GetTypes()), type => type.IsSubclassOf(typeof(TrustBoundary)));
        Assert.Contains(GetType().Assembly.GetTypes(), type => type.IsSubclassOf(typeof(TrustBoundary)));
    }

    /// <summary>No setting, variable or service decides which boundary stands.</summary>
    [Fact]
    public void ActivitiesOfAHost_AreMadeWithTheStandingBoundary()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

        var named = files.Where(f => File.ReadAllText(f).Contains("TrustBoundary", StringComparison.Ordinal)).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);

        Assert.Equal(["ModelAttempt.cs", "PromptBuilder.cs", "RouterActivities.cs", "TrustBoundary.cs"], named);
    }
}
