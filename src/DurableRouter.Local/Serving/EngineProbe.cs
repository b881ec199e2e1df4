using DurableRouter.Engine;
using DurableRouter.Http.Health;

namespace DurableRouter.Local.Serving;

/// <summary>Ready once every run that an earlier process left is taken up, and while commits work.</summary>
sealed class EngineProbe(EmbeddedEngine engine) : IReadinessProbe
{
    volatile bool _swept;

    public void Swept() => _swept = true;

    public ValueTask<string?> CheckAsync(CancellationToken cancellationToken) => ValueTask.FromResult(
        !_swept ? "The runs of the last process are being taken up."
        : engine.Health() is { Failure: { } failure } ? failure
        : null);
}
