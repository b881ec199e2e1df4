using System.Collections.Concurrent;
using DurableRouter.Tests.Shared;
using DurableTask.Core;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.DurableTask.Protobuf;
using Microsoft.DurableTask.Testing.Sidecar.Grpc;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DurableRouter.Functions.Tests.InProcess;

/// <summary>The official engine, which tells orchestrators the time of the test's clock.</summary>
sealed class VirtualTimeServer(IHostApplicationLifetime lifetime, ILoggerFactory logs, IOrchestrationService service, IOrchestrationServiceClient client,
    IOptions<TaskHubGrpcServerOptions> options, VirtualClock clock) : TaskHubGrpcServer(lifetime, logs, service, client, options)
{
    public override Task GetWorkItems(GetWorkItemsRequest request, IServerStreamWriter<WorkItem> responseStream, ServerCallContext context) =>
        base.GetWorkItems(request, new Stamping(responseStream, clock), context);

    /// <summary>An orchestrator takes the time from the event that begins each of its turns. The history keeps the machine's, so what a turn was first told
    /// is remembered.</summary>
    sealed class Stamping(IServerStreamWriter<WorkItem> inner, VirtualClock clock) : IServerStreamWriter<WorkItem>
    {
        readonly ConcurrentDictionary<(string Instance, Timestamp At), Timestamp> _told = new();

        public WriteOptions? WriteOptions
        {
            get => inner.WriteOptions;
            set => inner.WriteOptions = value;
        }

        public Task WriteAsync(WorkItem message)
        {
            if (message.OrchestratorRequest is { } turn)
            {
                foreach (var begun in turn.PastEvents.Concat(turn.NewEvents).Where(e => e.EventTypeCase == HistoryEvent.EventTypeOneofCase.OrchestratorStarted))
                {
                    begun.Timestamp = _told.GetOrAdd((turn.InstanceId, begun.Timestamp), _ => clock.GetUtcNow().ToTimestamp());
                }
            }

            return inner.WriteAsync(message);
        }
    }
}
