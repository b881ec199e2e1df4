using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;

namespace DurableRouter.Core.Health;

/// <summary>The answer to one call that wants to go out. Disposed without a report, it says nothing about the model.</summary>
public sealed class ModelPass : IDisposable
{
    readonly ModelHealth? _health;
    readonly ModelState? _state;
    readonly ModelEntry? _model;
    readonly MinuteLimit.Call? _call;
    readonly bool _probe;
    bool _reported;

    internal ModelPass(ModelHealth health, ModelState state, ModelEntry model, MinuteLimit.Call call, bool probe, string? note)
    {
        _health = health;
        _state = state;
        _model = model;
        _call = call;
        _probe = probe;
        Note = note;
    }

    ModelPass(StepFailure refusal, DateTimeOffset? heldUntil)
    {
        Refusal = refusal;
        HeldUntil = heldUntil;
    }

    /// <summary>Why no call may be made; null: it may.</summary>
    public StepFailure? Refusal { get; }

    /// <summary>When a place is kept for the refused call, UTC; null: none is.</summary>
    public DateTimeOffset? HeldUntil { get; }

    /// <summary>What was known of the model when the call went out, for a person; null: nothing bad.</summary>
    public string? Note { get; }

    /// <param name="failure">Null when the reply was an answer.</param>
    /// <param name="tokens">What the call used.</param>
    public void Report(StepFailure? failure, int tokens)
    {
        if (!_reported && _health is not null)
        {
            _reported = true;
            _health.Report(_state!, _model!, _call!, _probe, failure, tokens);
        }
    }

    public void Dispose()
    {
        if (!_reported)
        {
            _reported = true;
            _health?.Abandon(_state!, _probe);
        }
    }

    internal static ModelPass Refused(StepFailure refusal, DateTimeOffset? heldUntil = null) => new(refusal, heldUntil);
}
