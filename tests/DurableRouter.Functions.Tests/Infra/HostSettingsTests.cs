using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Workflow;
using DurableRouter.Functions.Durable;
using DurableRouter.Tests;

namespace DurableRouter.Functions.Tests.Infra;

/// <summary>host.json, the sample of local settings and the deployment say the same as the code and the shipped configuration.</summary>
public partial class HostSettingsTests
{
    [Fact]
    public void HostJson_Routes_HaveNoPrefix() =>
        Assert.Equal("", Host("http").GetProperty("routePrefix").GetString());

    [Fact]
    public void HostJson_DefaultVersion_IsTheWorkflowCodes()
    {
        var durable = Host("durableTask");

        var version = new RouterWorkflow(null!).CurrentVersion;
        Assert.Equal(OrchestrationVersion.Format(version), durable.GetProperty("defaultVersion").GetString());
        Assert.Equal("CurrentOrOlder", durable.GetProperty("versionMatchStrategy").GetString());
        Assert.Equal("Reject", durable.GetProperty("versionFailureStrategy").GetString());
    }

    /// <summary>The Azure Storage provider's manual asks for it on Flex Consumption, where several instances share a run's queue.</summary>
    [Fact]
    public void HostJson_TaskHub_IsPolledEveryTenSecondsOrMoreOften() => Assert.InRange(
        TimeSpan.Parse(Host("durableTask").GetProperty("storageProvider").GetProperty("maxQueuePollingInterval").GetString()!, CultureInfo.InvariantCulture),
        TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10));

    /// <summary>For so long a message of a dead instance stays with it. Half a minute is refused by the Durable extension.</summary>
    [Theory]
    [InlineData("controlQueueVisibilityTimeout")]
    [InlineData("workItemQueueVisibilityTimeout")]
    public void HostJson_TaskHub_GivesUpADeadInstanceWithinAMinute(string name) =>
        Assert.Equal("00:01:00", Host("durableTask").GetProperty("storageProvider").GetProperty(name).GetString());

    /// <summary>In this mode nobody reads the section that Application Insights had in the host's own telemetry.</summary>
    [Fact]
    public void HostJson_Telemetry_IsOpenTelemetrys()
    {
        using var host = Json("host.json");

        Assert.Equal("OpenTelemetry", host.RootElement.GetProperty("telemetryMode").GetString());
        Assert.False(host.RootElement.GetProperty("logging").TryGetProperty("applicationInsights", out _));
    }

    [Fact]
    public async Task HostJson_TaskHub_IsTheOneThatTheDeploymentCreates()
    {
        var main = (await InfraFolder.ShippedAsync()).Main;

        Assert.Equal(Host("durableTask").GetProperty("hubName").GetString(), main.Variables.Single(v => v.Name == "taskHub").Value.Unquoted);
    }

    [Fact]
    public void HostJsonAndConfig_OfTheRoot_GoToOutputAndPublish()
    {
        var project = File.ReadAllText(Path.Combine(Repository.Root, "src", "DurableRouter.Functions", "DurableRouter.Functions.csproj"));

        Assert.Matches(
            """<None Include="\.\./\.\./host\.json" Link="host\.json" CopyToOutputDirectory="\w+" CopyToPublishDirectory="\w+" />""", project);
        Assert.Matches("""<Content Include="\.\./\.\./config/\*\*" LinkBase="config" CopyToOutputDirectory="\w+" CopyToPublishDirectory="\w+" />""", project);
    }

    /// <summary>One switch for the deployment and for the build of what is deployed.</summary>
    [Fact]
    public void Scheduler_TheSwitchOfTheDeployment_BringsItsPackage()
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "src", "DurableRouter.Functions", "DurableRouter.Functions.csproj"));
        using var parameters = Json("infra", InfraFolder.ParametersFile);

        Assert.StartsWith("${USE_DURABLE_TASK_SCHEDULER=",
            parameters.RootElement.GetProperty("parameters").GetProperty("useDurableTaskScheduler").GetProperty("value").GetString());
        Assert.Equal("$(USE_DURABLE_TASK_SCHEDULER)", Assert.Single(project.Descendants("DurableTaskScheduler")).Value);
        var package = project.Descendants("PackageReference").Single(p => p.Attribute("Include")!.Value.EndsWith(".AzureManaged", StringComparison.Ordinal));
        Assert.Equal("'$(DurableTaskScheduler)' == 'true'", package.Attribute("Condition")!.Value);
    }

    [Fact]
    public void LocalSettings_UseTheEmulatorAndNoSecret()
    {
        using var sample = Json("local.settings.sample.json");
        var values = sample.RootElement.GetProperty("Values");

        Assert.Equal("UseDevelopmentStorage=true", values.GetProperty("AzureWebJobsStorage").GetString());
        Assert.Equal("UseDevelopmentStorage=true", values.GetProperty(Settings.Storage).GetString());
        Assert.Equal("dotnet-isolated", values.GetProperty("FUNCTIONS_WORKER_RUNTIME").GetString());
        Assert.DoesNotMatch(Secret(), values.GetRawText());
    }

    [Fact]
    public async Task Deployments_AreThoseOfTheConfigurationThatUsesThem()
    {
        var folder = Path.Combine(Repository.Config, "examples", "azure-openai");
        var catalog = ConfigLoader.Load(folder).Config!.Catalog;
        using var parameters = Json("infra", InfraFolder.ParametersFile);
        var deployments = parameters.RootElement.GetProperty("parameters").GetProperty("modelDeployments").GetProperty("value");

        Assert.Equal(
            catalog.Models.Select(m => m.Deployment).Order(),
            deployments.EnumerateArray().Select(d => d.GetProperty("name").GetString()).Order());
        Assert.Contains("'config/examples/azure-openai'", (await InfraFolder.ShippedAsync()).Main.Root.Text, StringComparison.Ordinal);
    }

    static JsonElement Host(string extension)
    {
        using var host = Json("host.json");
        return host.RootElement.GetProperty("extensions").GetProperty(extension).Clone();
    }

    static JsonDocument Json(params string[] path) => JsonDocument.Parse(File.ReadAllText(Path.Combine([Repository.Root, .. path])));

    [GeneratedRegex("AccountKey=|SharedAccess|[0-9a-fA-F]{32}|[A-Za-z0-9+/]{40}", RegexOptions.CultureInvariant)]
    private static partial Regex Secret();
}
