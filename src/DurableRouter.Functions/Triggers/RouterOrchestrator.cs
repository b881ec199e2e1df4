using System.Text.Json;
using DurableRouter.Core.Workflow;
using DurableRouter.Functions.Durable;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace DurableRouter.Functions.Triggers;

/// <summary>The one orchestration: <see cref="RouterWorkflow"/> on Durable Task.</summary>
public sealed class RouterOrchestrator(WorkflowHost workflows)
{
    [Function(RouterWorkflow.PersistedName)]
    public Task<JsonElement> Run([OrchestrationTrigger] TaskOrchestrationContext context) => workflows.RunAsync(context);
}
