using DurableRouter.Tests.Notifications;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DurableRouter.Functions.Tests;

public sealed class TelemetryTests
{
    /// <summary>The host drops the logs of a process that says that it sends its own.</summary>
    [Fact]
    public void NobodyToSendTo_LeavesTheLogsToTheHost()
    {
        var services = new ServiceCollection().AddTelemetry(Settings((Telemetry.ApplicationInsights, ""), (Telemetry.Endpoint, "")));

        Assert.Empty(services);
    }

    [Fact]
    public async Task Collector_GetsTheLogs_AndTheHostIsToldSo()
    {
        await using var collector = await Receiver.StartAsync();
        var settings = Settings((Telemetry.Endpoint, collector.Url.AbsoluteUri), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));
        var builder = new HostApplicationBuilder();
        builder.Configuration.AddConfiguration(settings);
        builder.Services.AddTelemetry(settings);
        using (var host = builder.Build())
        {
            await host.StartAsync();
            host.Services.GetRequiredService<ILogger<TelemetryTests>>().LogInformation("a line for the collector");
            Assert.Equal("True", host.Services.GetRequiredService<IOptions<WorkerOptions>>().Value.Capabilities["WorkerOpenTelemetryEnabled"]);
            await host.StopAsync();
        }

        Assert.Contains(collector.Messages, message => message.Path == "/v1/logs" && message.Body.Contains("a line for the collector", StringComparison.Ordinal));
    }

    [Fact]
    public void ApplicationInsights_WithItsConnectionString_TakesTheTelemetry()
    {
        const string nowhere = "InstrumentationKey=00000000-0000-0000-0000-000000000000;IngestionEndpoint=http://127.0.0.1:9/";
        using var services = new ServiceCollection().AddLogging().AddTelemetry(Settings((Telemetry.ApplicationInsights, nowhere))).BuildServiceProvider();

        Assert.Contains(services.GetServices<ILoggerProvider>(), provider => provider.GetType().Name == "OpenTelemetryLoggerProvider");
        Assert.Equal("True", services.GetRequiredService<IOptions<WorkerOptions>>().Value.Capabilities["WorkerOpenTelemetryEnabled"]);
    }

    static IConfiguration Settings(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value))).Build();
}
