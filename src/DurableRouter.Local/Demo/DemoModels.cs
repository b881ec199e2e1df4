using DurableRouter.Core.Definitions;
using DurableRouter.Simulation;
using DurableRouter.Simulation.Server;

namespace DurableRouter.Local.Demo;

/// <summary>The demo's simulated models behind an OpenAI-compatible server. It lives in the demo's process, so it outlives the product's
/// and keeps its own account of every call.</summary>
sealed class DemoModels : IDisposable
{
    readonly Dictionary<string, SimulatedChatClient> _models;
    readonly CallLog _log;
    readonly string _heldStep;
    readonly SemaphoreSlim _holds;

    /// <param name="faults">The chaos script of a model, by its name.</param>
    /// <param name="heldStep">The step whose calls get no answer before the product's process is killed, so that the kill meets calls in
    /// flight however fast or slow the machine is.</param>
    /// <param name="held">How many of them at a time; the others are answered.</param>
    public DemoModels(ModelCatalog catalog, double latency, Func<string, IReadOnlyList<SimulatedFaultRule>> faults, CallLog log,
        string heldStep, int held)
    {
        _models = catalog.Models.ToDictionary(m => m.Deployment, m => new SimulatedChatClient(m.Deployment, new SimulatedModelOptions
        {
            Skill = m.Simulate?.Skill ?? SimulatedModelOptions.DefaultSkill,
            Seed = m.Simulate?.Seed ?? 0,
            LatencyScale = latency,
            Faults = faults(m.Name),
        }, TimeProvider.System), StringComparer.Ordinal);
        _log = log;
        _heldStep = heldStep;
        _holds = new SemaphoreSlim(held);
    }

    public Task<FakeModelEndpoint> ServeAsync() => FakeModelEndpoint.StartAsync(AnswerAsync, Observe);

    public void Dispose() => _holds.Dispose();

    async ValueTask<FakeReply> AnswerAsync(FakeCall call, CancellationToken cancellationToken)
    {
        if (!_models.TryGetValue(call.Model, out var model))
        {
            return FakeReply.Error(404, $"no model {call.Model}", "model_not_found");
        }

        if (call.Key?.Split('/') is [_, var step, ..] && step == _heldStep && !_log.IsKilled && _holds.Wait(0, cancellationToken))
        {
            await HoldAsync(cancellationToken);
        }

        return await SimulatedReplies.AnswerAsync(model, call, cancellationToken);
    }

    void Observe(FakeCall call, CallStage stage) => _log.Add(stage switch
    {
        CallStage.Begun => LoggedKind.Begin,
        CallStage.Ended => LoggedKind.End,
        _ => LoggedKind.Cut,
    }, call.Key ?? "");

    /// <summary>Until the caller is gone.</summary>
    async Task HoldAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
        finally
        {
            _holds.Release();
        }
    }
}
