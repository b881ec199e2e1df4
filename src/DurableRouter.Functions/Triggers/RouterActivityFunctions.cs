using DurableRouter.Core.Steps;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Runs;
using Microsoft.Azure.Functions.Worker;

namespace DurableRouter.Functions.Triggers;

/// <summary>One function per activity of <see cref="RouterActivities"/>, so that a run's history in the portal reads like its pipeline.</summary>
public sealed class RouterActivityFunctions(ActivityHost host, RunEndings endings)
{
    [Function(ActivityNames.Classify)]
    public Task<string> Classify([ActivityTrigger] string call, CancellationToken stopping) => host.RunAsync(ActivityNames.Classify, call, stopping);

    [Function(ActivityNames.Extract)]
    public Task<string> Extract([ActivityTrigger] string call, CancellationToken stopping) => host.RunAsync(ActivityNames.Extract, call, stopping);

    [Function(ActivityNames.Reason)]
    public Task<string> Reason([ActivityTrigger] string call, CancellationToken stopping) => host.RunAsync(ActivityNames.Reason, call, stopping);

    [Function(ActivityNames.Generate)]
    public Task<string> Generate([ActivityTrigger] string call, CancellationToken stopping) => host.RunAsync(ActivityNames.Generate, call, stopping);

    [Function(ActivityNames.Verify)]
    public Task<string> Verify([ActivityTrigger] string call, CancellationToken stopping) => host.RunAsync(ActivityNames.Verify, call, stopping);

    [Function(ActivityNames.Judge)]
    public Task<string> Judge([ActivityTrigger] string call, CancellationToken stopping) => host.RunAsync(ActivityNames.Judge, call, stopping);

    [Function(ActivityNames.CallTool)]
    public Task<string> CallTool([ActivityTrigger] string call, CancellationToken stopping) => host.RunAsync(ActivityNames.CallTool, call, stopping);

    [Function(ActivityNames.RecordAnswer)]
    public Task<string> RecordAnswer([ActivityTrigger] string call, CancellationToken stopping) =>
        host.RunAsync(ActivityNames.RecordAnswer, call, stopping);

    [Function(ActivityNames.RequestApproval)]
    public Task<string> RequestApproval([ActivityTrigger] string call, CancellationToken stopping) =>
        host.RunAsync(ActivityNames.RequestApproval, call, stopping);

    [Function(ActivityNames.CloseApproval)]
    public Task<string> CloseApproval([ActivityTrigger] string call, CancellationToken stopping) =>
        host.RunAsync(ActivityNames.CloseApproval, call, stopping);

    [Function(ActivityNames.EscalateApproval)]
    public Task<string> EscalateApproval([ActivityTrigger] string call, CancellationToken stopping) =>
        host.RunAsync(ActivityNames.EscalateApproval, call, stopping);

    [Function(ActivityNames.FinishRun)]
    public Task<string> FinishRun([ActivityTrigger] string end, CancellationToken stopping) => endings.FinishAsync(end, stopping);
}
