using System.Text.Json;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Configuration;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;
using DurableRouter.Core.Workflow;
using DurableRouter.Functions.Durable;
using DurableRouter.Functions.Http;
using DurableRouter.Functions.Tests.Host;
using DurableRouter.Http.Pipelines;
using DurableRouter.Tests.Shared;
using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DurableRouter.Functions.Tests.Durable;

/// <summary>The task hub's client comes with triggers that ask for it. An instance of the app that was scaled out for its activities may never have
/// had one.</summary>
public sealed class TaskHubTests
{
    [Fact]
    public async Task ActivityFunctions_AreMadeOfNothingThatNeedsTheTaskHub()
    {
        await using var app = Build();
        var classes = DeclaredFunction<ActivityTriggerAttribute>.All.Select(function => function.Method.DeclaringType!)
            .Concat(DeclaredFunction<OrchestrationTriggerAttribute>.All.Select(function => function.Method.DeclaringType!)).Distinct().ToList();
        Assert.NotEmpty(classes);

        Assert.All(classes, type => ActivatorUtilities.CreateInstance(app.Services, type));
        Assert.Throws<InvalidOperationException>(() => ActivatorUtilities.CreateInstance<RunFunctions>(app.Services));
    }

    [Fact]
    public async Task Run_WhereNoTriggerBroughtTheTaskHub_ComesToItsApproval()
    {
        var installation = await Installation.CreateAsync();
        await using var host = await installation.StartAsync();
        var text = FieldValues.Inline(JsonElement.Parse("\"a\""));
        var held = host.Process.Services.GetRequiredService<DefinitionRegistry>().Get("held");
        var input = new RunInput(1, "held", held.Sha256, new Dictionary<string, FieldValue> { ["text"] = text }, null, null, null);

        // As a restart in the task hub itself does it; it is adopted first.
        await host.Process.Hub.ScheduleNewOrchestrationInstanceAsync(RouterWorkflow.PersistedName, JsonSerializer.SerializeToElement(input, CoreJson.Default.RunInput),
            new StartOrchestrationOptions("restarted") { Version = OrchestrationVersion.Format(3) });

        var approvals = host.Process.Services.GetRequiredService<IApprovalStore>();
        await Eventually.HoldsAsync(async () => (await approvals.ListAsync(ApprovalStatus.Pending, "restarted", 1, CancellationToken.None)).Count == 1, "it asks a person");
        Assert.Throws<InvalidOperationException>(() => host.Process.Services.GetRequiredService<TaskHub>().Client);
    }

    /// <summary>The app's services, in which the task hub can't be had.</summary>
    static WebApplication Build()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [Settings.Storage] = "UseDevelopmentStorage=true",
            [Settings.Keyless] = "true",
        });
        var settings = AppSettings.Read(builder.Configuration);
        builder.Services.AddRouterApp(settings, HostConfig.Load(settings.ConfigFolder, AppServices.OwnChecks), builder.Configuration);
        builder.Services.AddSingleton<TaskHub>(_ => throw new InvalidOperationException("somebody needs the task hub"));
        return builder.Build();
    }
}
