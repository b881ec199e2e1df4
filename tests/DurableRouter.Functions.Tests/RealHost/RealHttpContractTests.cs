using System.Text;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Pipelines;
using DurableRouter.Core.Verification;
using DurableRouter.Http;
using DurableRouter.Http.Pipelines;
using DurableRouter.Tests.Http;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>The contract over the published app, on the Functions host, Durable and Azurite. Facts that need no configuration of their own
/// share one app.</summary>
public class RealHttpContractTests(RealHttpContractTests.SharedApp shared)
    : HttpContractTests, IClassFixture<RealHttpContractTests.SharedApp>
{
    /// <summary>Each start is many requests to the one Azurite.</summary>
    protected override int ManyAtOnce => 50;

    protected override bool DotsAreResolvedBefore => true;

    [Fact]
    public void Config_IsThePipelinesOfTheContract() => Assert.Equal(
        ContractPipelines.All.Select(definition => Text(definition.Definition)),
        DefinitionRegistry.From(HostConfig.Load(RealContractHost.Config, OutputChecks.None)).All
            .Select(pipeline => Text(pipeline.Definition)));

    /// <summary>The Functions host writes its own caller's address there, whatever that caller wrote: so the app lets callers without a key in
    /// where a setting says so, and <see cref="AppSettings"/> refuses to start otherwise.</summary>
    [Fact]
    public override async Task Keyless_BehindAProxy_RefusesEverybody()
    {
        await using var host = await OpenAsync();
        Assert.Equal(200, (await host.GetAsync("/api/runs", ("X-Forwarded-For", "203.0.113.7"))).Status);
    }

    /// <summary>The Functions host passes a body on as it comes, and cuts off who announces more than it takes or than is sent. What is sent is
    /// refused by the app: <see cref="HttpContractTests.Start_BodyOverOneMebibyte_IsRefused"/>.</summary>
    [Fact]
    public override async Task Body_LongByItsHeader_IsRefusedBeforeItArrives()
    {
        await using var host = await OpenAsync();
        Assert.Matches("^HTTP/1.1 (413|500) ", await LongBodyAsync(host));
    }

    static string Text(RunDefinition definition) => Encoding.UTF8.GetString(CanonicalJson.Write(definition));

    protected override async Task<ContractHost> OpenAsync(Action<RouterApiOptions>? configure = null) =>
        configure is null ? new Visit(shared.Host) : await RealContractHost.StartAsync(configure);

    public sealed class SharedApp : IAsyncLifetime
    {
        internal RealContractHost Host { get; private set; } = null!;

        public async Task InitializeAsync() => Host = await RealContractHost.StartAsync(null);

        public async Task DisposeAsync() => await Host.DisposeAsync();
    }

    /// <summary>One fact's client of the shared app, which goes on.</summary>
    sealed class Visit(ContractHost host) : ContractHost(host.Address)
    {
        public override ValueTask DisposeAsync()
        {
            CloseClient();
            return ValueTask.CompletedTask;
        }
    }
}
