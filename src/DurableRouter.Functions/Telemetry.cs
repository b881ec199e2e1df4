using Azure.Identity;
using Azure.Monitor.OpenTelemetry.Exporter;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;

namespace DurableRouter.Functions;

/// <summary>Where this process' logs, traces and metrics go: to what the platform's own settings name, as those of the Functions host
/// do.</summary>
static class Telemetry
{
    public const string ApplicationInsights = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    public const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Set where Application Insights takes identities only.</summary>
    const string Authentication = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";

    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration settings)
    {
        var insights = settings[ApplicationInsights] is { Length: > 0 } connection ? connection : null;
        var collected = settings[Endpoint] is { Length: > 0 };
        if (insights is null && !collected)
        {
            return services; // the host goes on showing this process' logs, which it stops where somebody else takes them
        }

        var telemetry = services.AddOpenTelemetry().UseFunctionsWorkerDefaults();
        if (insights is not null)
        {
            telemetry.UseAzureMonitorExporter(options =>
            {
                options.ConnectionString = insights;
                options.Credential = settings[Authentication] is { Length: > 0 } ? new DefaultAzureCredential() : null;
            });
        }

        if (collected)
        {
            telemetry.UseOtlpExporter();
        }

        return services;
    }
}
