using DurableRouter.Core.Configuration;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Tests.Configuration;

public sealed class ShippedConfigTests
{
    static IReadOnlyList<string> ShippedFolders { get; } =
    [
        ".",
        .. Directory.GetDirectories(Path.Combine(Repository.Config, "examples")).Select(e => $"examples/{Path.GetFileName(e)}").Order(StringComparer.Ordinal),
    ];

    public static TheoryData<string> Folders() => [.. ShippedFolders];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Load_EveryShippedFolder_HasNoProblem(string folder)
    {
        var result = ConfigLoader.Load(Path.Combine(Repository.Config, folder));

        Assert.Empty(result.Problems);
        Assert.True(result.IsValid);
        Assert.Contains("document", result.Config.Pipelines.Keys);
    }

    [Fact]
    public void ShippedFolders_Examples_AreTheFourOfTheManual() =>
        Assert.Equal([".", "examples/azure-openai", "examples/gateway", "examples/ollama", "examples/openai"], ShippedFolders);

    [Fact]
    public void Load_DefaultFolder_HoldsSimulatedModelsOfTwoProvidersOnly()
    {
        var catalog = ConfigLoader.Load(Repository.Config).GetOrThrow().Catalog;

        Assert.All(catalog.Providers.Values, provider => Assert.Equal(ProviderKind.Simulated, provider.Kind));
        Assert.All(catalog.Models, model => Assert.NotNull(model.Simulate));
        Assert.All(Enum.GetValues<Tier>(), tier =>
            Assert.Equal(2, catalog.Models.Where(m => m.Tier == tier).Select(m => m.Provider).Distinct().Count()));
    }
}
