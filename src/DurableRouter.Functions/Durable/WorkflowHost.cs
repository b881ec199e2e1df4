using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Functions.Activities;
using Microsoft.DurableTask;

namespace DurableRouter.Functions.Durable;

/// <summary>Runs a workflow as an orchestration and writes down how it ended.</summary>
public sealed class WorkflowHost(IEnumerable<Workflow> workflows)
{
    const int MaxMessageLength = 8 * 1024;

    // With the pauses below: about a day.
    const int MaxTries = 300;
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    readonly Dictionary<string, Workflow> _workflows = workflows.ToDictionary(w => w.Name, StringComparer.Ordinal);

    /// <exception cref="DurableRouterException">Code <c>workflow_unknown</c>.</exception>
    public Workflow Get(string name) => _workflows.TryGetValue(name, out var workflow)
        ? workflow
        : throw new DurableRouterException(ErrorCodes.WorkflowUnknown, $"This program has no workflow {name}. Use the program that started the run.");

    /// <returns>The workflow's output.</returns>
    /// <exception cref="DurableRouterException">The run failed. The index, the ledger and the history have it; the exception makes Durable
    /// Task call the orchestration failed too.</exception>
    public async Task<JsonElement> RunAsync(TaskOrchestrationContext context)
    {
        var workflow = Get(context.Name);
        var input = context.GetInput<JsonElement>().Deserialize(workflow.InputType)!;
        var adapter = new DurableTaskContext(context);
        FinishRun end;
        try
        {
            var output = await workflow.InvokeAsync(adapter, input);
            var error = workflow.Error(output);
            end = new FinishRun(1, context.InstanceId, error is null ? RuntimeStatus.Completed : RuntimeStatus.Failed, adapter.CurrentTime,
                JsonSerializer.SerializeToElement(output, workflow.OutputType), error, workflow.Row(context.InstanceId, input, output));
        }
        catch (Exception e)
        {
            // Cut: some versions of the task hub hang on an exception of 64 KB.
            var message = e.Message.Length <= MaxMessageLength ? e.Message : e.Message[..MaxMessageLength];
            var error = new RunError((e as DurableRouterException)?.Code ?? ErrorCodes.WorkflowFailed,
                $"The workflow's code threw {e.GetType().Name}: {message} Results and ledger are kept.");
            end = new FinishRun(1, context.InstanceId, RuntimeStatus.Failed, adapter.CurrentTime, null, error, null);
        }

        await FinishAsync(context, JsonSerializer.Serialize(end, FunctionsJson.Default.FinishRun));
        return end.Error is null ? end.Output!.Value : throw new DurableRouterException(end.Error.Code, end.Error.Message);
    }

    /// <summary>Has the end written. Nobody could ask for it again, so a storage that is away for a while costs the run nothing but time.</summary>
    static async Task FinishAsync(TaskOrchestrationContext context, string end)
    {
        var pause = FirstPause;
        for (var tries = 1; ; tries++)
        {
            try
            {
                await context.CallActivityAsync<string>(ActivityNames.FinishRun, end);
                return;
            }
            catch (TaskFailedException) when (tries < MaxTries)
            {
                await context.CreateTimer(context.CurrentUtcDateTime + pause, CancellationToken.None);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }
}
