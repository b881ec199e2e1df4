using DurableRouter.Functions.Tests.Host;
using DurableRouter.Http.Access;
using DurableRouter.Tests.Samples;

namespace DurableRouter.Functions.Tests.Infra;

/// <summary>The requests in <c>samples/azure</c>, sent in order to a fresh app with the shipped configuration.</summary>
public class SampleRequestTests
{
    public static TheoryData<string> Files => [.. AzureSamples.Files];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Samples_OnAFreshAppWithoutKeys_AreAnsweredAsTheySay(string file)
    {
        await using var host = await (await Installation.CreateAsync()).StartShippedAsync();

        await AzureSamples.CheckAsync(file, host.Address);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Samples_WithAKeyEach_AreAnsweredAsTheySay(string file)
    {
        var installation = await Installation.CreateAsync();
        installation.Settings[Settings.Keys] = $"me:runner+operator:{ApiKey.HashOf("my-key")};rita:approver:{ApiKey.HashOf("ritas-key")}";
        await using var host = await installation.StartShippedAsync();

        await AzureSamples.CheckAsync(file, host.Address, new Dictionary<string, string> { ["key"] = "my-key", ["reviewer"] = "ritas-key" });
    }
}
