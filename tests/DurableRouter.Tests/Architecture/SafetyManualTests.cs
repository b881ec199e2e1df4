using System.Text.RegularExpressions;

namespace DurableRouter.Tests.Architecture;

/// <summary>docs/safety.md says which test shows what.</summary>
public sealed partial class SafetyManualTests
{
    [Fact]
    public void EveryTestThatItNames_Exists()
    {
        var named = Name().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "safety.md")));

        Assert.True(named.Count > 20, $"{named.Count} names");
        Assert.All(named, match =>
        {
            var type = Assert.Single(GetType().Assembly.GetTypes(), t => t.Name == match.Groups["class"].Value);
            Assert.True(!match.Groups["method"].Success || type.GetMethod(match.Groups["method"].Value) is not null, match.Value);
        });
    }

    [GeneratedRegex(@"`(?<class>\w+Tests)(?:\.(?<method>\w+))?`")]
    private static partial Regex Name();
}
