using DurableRouter.Tests.Shared;
using DurableTask.Core;
using DurableTask.Core.History;
using Microsoft.DurableTask.Testing.Sidecar;

namespace DurableRouter.Functions.Tests.InProcess;

/// <summary>The official store of instances, whose timers wait for the test's clock.</summary>
sealed class VirtualTimeService(VirtualClock clock) : InMemoryOrchestrationService, IOrchestrationService
{
    // As many as the machine has processors would keep parallel activities of one run waiting for each other.
    int IOrchestrationService.MaxConcurrentTaskActivityWorkItems => 100;

    int IOrchestrationService.MaxConcurrentTaskOrchestrationWorkItems => 100;

    Task IOrchestrationService.CompleteTaskOrchestrationWorkItemAsync(TaskOrchestrationWorkItem workItem, OrchestrationRuntimeState newOrchestrationRuntimeState,
        IList<TaskMessage> outboundMessages, IList<TaskMessage> orchestratorMessages, IList<TaskMessage> timerMessages, TaskMessage continuedAsNewMessage,
        OrchestrationState orchestrationState)
    {
        // Before the state: who sees the status that an orchestrator set beside a timer may let the time pass.
        foreach (var message in timerMessages)
        {
            Arm(message);
        }

        return CompleteTaskOrchestrationWorkItemAsync(workItem, newOrchestrationRuntimeState, outboundMessages, orchestratorMessages, [], continuedAsNewMessage,
            orchestrationState);
    }

    void Arm(TaskMessage message)
    {
        var fired = (TimerFiredEvent)message.Event;
        var left = fired.FireAt - clock.GetUtcNow().UtcDateTime;

        // The store itself would wait for this time on the machine's clock.
        fired.FireAt = DateTime.UnixEpoch;
        clock.CreateTimer(_ => SendTaskOrchestrationMessageAsync(message), null, left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
