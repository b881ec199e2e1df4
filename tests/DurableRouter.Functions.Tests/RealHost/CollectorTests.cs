using DurableRouter.Tests.Notifications;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.RealHost;

/// <summary>The published app with a collector of telemetry.</summary>
public sealed class CollectorTests
{
    [Fact]
    public async Task Collector_OnTheRealHost_GetsTheAppsOwnLogs()
    {
        await using var collector = await Receiver.StartAsync();
        await using var endpoint = await FakeModelEndpoint.StartAsync();
        using var setup = await AppSetup.CreateAsync(endpoint.Address);
        setup.Settings[Telemetry.Endpoint] = collector.Url.AbsoluteUri;
        setup.Settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        await using var app = await setup.StartAsync();

        await app.CompletesAsync(await app.StartDocumentAsync(Samples.Memo));

        await Eventually.HoldsAsync(() => collector.Messages.Any(message => message.Path == "/v1/logs" && message.Body.Contains("EndpointMiddleware", StringComparison.Ordinal)),
            $"the collector got what the worker process logs\n{app.Log}");
    }
}
