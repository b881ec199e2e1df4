using DurableRouter.Core.Definitions;
using DurableRouter.Core.Models;
using Microsoft.Extensions.AI;

namespace DurableRouter.Simulation;

/// <summary>The simulated models of a catalog, for <see cref="ChatClientFactory"/>.</summary>
public static class SimulatedModels
{
    public static Func<ModelEntry, IChatClient> With(TimeProvider clock) =>
        model => new SimulatedChatClient(model.Deployment, SimulatedModelOptions.From(model.Simulate), clock);
}
