using DurableRouter.Core.Durability;
using DurableRouter.Core.Notifications;
using DurableRouter.Functions.Durable;
using DurableRouter.Functions.Runs;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Timers;

/// <summary>What nobody asks for and has to be done all the same. Schedules are in UTC; of several instances one runs each timer.</summary>
public sealed class RunTimers(TaskHub hub, RunSweep sweep, DeliveryWorker messages, Retention retention)
{
    [Function("SendMessages")]
    public Task SendMessages([TimerTrigger("*/15 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken stopping) =>
        hub.With(client, messages).SweepAsync(stopping);

    [Function("WakeApprovals")]
    public Task WakeApprovals([TimerTrigger("0 * * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken stopping) =>
        hub.With(client, sweep).WakeAsync(stopping);

    [Function("SettleRuns")]
    public Task SettleRuns([TimerTrigger("30 */5 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken stopping) =>
        hub.With(client, sweep).SettleAsync(stopping);

    [Function("PurgeOldRuns")]
    public Task PurgeOldRuns([TimerTrigger("0 15 3 * * *")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken stopping) =>
        hub.With(client, retention).PurgeAsync(stopping);
}
