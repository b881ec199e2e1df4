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

    // With the pauses below: more than a day, in a history that stays short.
    const int MaxTries = 36;
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    // Before workflow version 3: a history of that time must find as many tries in this code as it has.
    const int MaxTriesBefore = 300;
    static readonly TimeSpan LongestPauseBefore = TimeSpan.FromMinutes(5);
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
        var adoption = new AdoptionRequest(context, Claim(context, workflow, input));
        var adapter = new DurableTaskContext(context, adoption);
        FinishRun end;
        try
        {
            var output = await workflow.InvokeAsync(adapter, input);
            var error = workflow.Error(output);
            end = new FinishRun(2, context.InstanceId, error is null ? RuntimeStatus.Completed : RuntimeStatus.Failed, adapter.CurrentTime,
                JsonSerializer.SerializeToElement(output, workflow.OutputType), error, workflow.Row(context.InstanceId, input, output))
            {
                Summary = JsonSerializer.SerializeToElement(workflow.Summary(output), workflow.OutputType),
                Progress = adapter.Progress,
            };
        }
        catch (Exception e)
        {
            // Cut: some versions of the task hub hang on an exception of 64 KB.
            var message = e.Message.Length <= MaxMessageLength ? e.Message : e.Message[..MaxMessageLength];
            var error = new RunError((e as DurableRouterException)?.Code ?? ErrorCodes.WorkflowFailed,
                $"The workflow's code threw {e.GetType().Name}: {message} Results and ledger are kept.");
            end = new FinishRun(2, context.InstanceId, RuntimeStatus.Failed, adapter.CurrentTime, null, error, null) { Progress = adapter.Progress };
        }

        await FinishAsync(context, end, adoption, isOld: adapter.WorkflowVersion < LostCalls.SinceWorkflowVersion);
        return end.Error is null ? end.Output!.Value : throw new DurableRouterException(end.Error.Code, end.Error.Message);
    }

    static AdoptRun Claim(TaskOrchestrationContext context, Workflow workflow, object input)
    {
        var (known, version) = (workflow.Index(input), OrchestrationVersion.Parse(context.Version));
        return new AdoptRun(1, context.InstanceId, workflow.Name, version, new(DateTime.SpecifyKind(context.CurrentUtcDateTime, DateTimeKind.Utc)),
            known.Pipeline, known.Requester, [.. workflow.Content(input)]);
    }

    /// <summary>Has the end written. Nobody could ask for it again, so a storage that is away for a while costs the run nothing but time: at most as
    /// long again as it was away.</summary>
    static async Task FinishAsync(TaskOrchestrationContext context, FinishRun end, AdoptionRequest adoption, bool isOld)
    {
        var (most, longest) = isOld ? (MaxTriesBefore, LongestPauseBefore) : (MaxTries, LongestPause);
        var pause = FirstPause;
        for (var tries = 1; ; tries++)
        {
            try
            {
                await context.CallActivityAsync<string>(ActivityNames.FinishRun, end);
                return;
            }
            catch (TaskFailedException e) when (RunNotOpenException.Is(e.FailureDetails) && tries < most)
            {
                if (!await adoption.AskAsync())
                {
                    return; // the end that stands is another one
                }
            }
            catch (TaskFailedException) when (tries < most)
            {
                await context.CreateTimer(context.CurrentUtcDateTime + pause, CancellationToken.None);
                pause = pause * 2 < longest ? pause * 2 : longest;
            }
        }
    }
}
