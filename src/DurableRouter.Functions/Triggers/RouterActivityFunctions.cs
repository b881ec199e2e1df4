using DurableRouter.Core.Activities;
using DurableRouter.Functions.Activities;
using DurableRouter.Functions.Runs;
using Microsoft.Azure.Functions.Worker;

namespace DurableRouter.Functions.Triggers;

/// <summary>One function per activity of <see cref="RouterActivities"/>, so that a run's history in the portal reads like its pipeline.</summary>
public sealed class RouterActivityFunctions(ActivityHost host, RunEndings endings)
{
    [Function(ActivityNames.Classify)]
    public Task<ActivityAnswer> Classify([ActivityTrigger] ActivityCall call, CancellationToken stopping) => host.RunAsync(ActivityNames.Classify, call, stopping);

    [Function(ActivityNames.Extract)]
    public Task<ActivityAnswer> Extract([ActivityTrigger] ActivityCall call, CancellationToken stopping) => host.RunAsync(ActivityNames.Extract, call, stopping);

    [Function(ActivityNames.Reason)]
    public Task<ActivityAnswer> Reason([ActivityTrigger] ActivityCall call, CancellationToken stopping) => host.RunAsync(ActivityNames.Reason, call, stopping);

    [Function(ActivityNames.Generate)]
    public Task<ActivityAnswer> Generate([ActivityTrigger] ActivityCall call, CancellationToken stopping) => host.RunAsync(ActivityNames.Generate, call, stopping);

    [Function(ActivityNames.Verify)]
    public Task<ActivityAnswer> Verify([ActivityTrigger] ActivityCall call, CancellationToken stopping) => host.RunAsync(ActivityNames.Verify, call, stopping);

    [Function(ActivityNames.Judge)]
    public Task<ActivityAnswer> Judge([ActivityTrigger] ActivityCall call, CancellationToken stopping) => host.RunAsync(ActivityNames.Judge, call, stopping);

    [Function(ActivityNames.CallTool)]
    public Task<ActivityAnswer> CallTool([ActivityTrigger] ActivityCall call, CancellationToken stopping) => host.RunAsync(ActivityNames.CallTool, call, stopping);

    [Function(ActivityNames.RecordAnswer)]
    public Task<ActivityAnswer> RecordAnswer([ActivityTrigger] ActivityCall call, CancellationToken stopping) =>
        host.RunAsync(ActivityNames.RecordAnswer, call, stopping);

    [Function(ActivityNames.RequestApproval)]
    public Task<ActivityAnswer> RequestApproval([ActivityTrigger] ActivityCall call, CancellationToken stopping) =>
        host.RunAsync(ActivityNames.RequestApproval, call, stopping);

    [Function(ActivityNames.CloseApproval)]
    public Task<ActivityAnswer> CloseApproval([ActivityTrigger] ActivityCall call, CancellationToken stopping) =>
        host.RunAsync(ActivityNames.CloseApproval, call, stopping);

    [Function(ActivityNames.EscalateApproval)]
    public Task<ActivityAnswer> EscalateApproval([ActivityTrigger] ActivityCall call, CancellationToken stopping) =>
        host.RunAsync(ActivityNames.EscalateApproval, call, stopping);

    [Function(ActivityNames.RecordLostCall)]
    public Task<string> RecordLostCall([ActivityTrigger] LostCall lost, CancellationToken stopping) => host.RecordLostAsync(lost, stopping);

    [Function(ActivityNames.FinishRun)]
    public Task<string> FinishRun([ActivityTrigger] FinishRun end, CancellationToken stopping) => endings.FinishAsync(end, stopping);
}
