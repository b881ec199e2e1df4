using System.Collections.Concurrent;
using System.Globalization;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;

namespace DurableRouter.Core.Health;

/// <summary>What an instance knows of its models: who is sick, and who has had enough calls for this minute. Shared by all runs of the
/// process, and not by other processes.</summary>
/// <remarks>Times inside are measured, not read off the wall: a clock that is set back holds nothing up. Own code, because the well-kept
/// limiters (System.Threading.RateLimiting) know no <see cref="TimeProvider"/> and no call that comes back later, and Polly's circuit
/// gives no answer without making a call.</remarks>
public sealed class ModelHealth(TimeProvider clock)
{
    /// <summary>Shorter holds are waited for inside the attempt; for longer ones the workflow sleeps durably.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    readonly long _began = clock.GetTimestamp();
    readonly ConcurrentDictionary<string, ModelState> _models = new(StringComparer.Ordinal);

    TimeSpan Now => clock.GetElapsedTime(_began);

    /// <summary>Asks whether a call may go out now.</summary>
    /// <param name="caller">Who asks. A held caller keeps its place in the queue under this name.</param>
    /// <param name="tokens">What the call will count for in the model's tokens per minute.</param>
    /// <param name="longestHold">A longer hold is refused instead, and takes no place; null: any is accepted.</param>
    /// <returns>To be disposed when the call has ended.</returns>
    public async ValueTask<ModelPass> EnterAsync(ModelEntry model, string caller, int tokens, TimeSpan? longestHold, CancellationToken cancellationToken)
    {
        var state = _models.GetOrAdd(model.Name, static _ => new ModelState());
        var asked = Now;
        while (true)
        {
            TimeSpan wait;
            bool paused;
            lock (state)
            {
                var now = Now;
                if (state.Circuit.Refusal(now) is { } sick)
                {
                    state.Limit.Leave(caller);
                    return ModelPass.Refused(new StepFailure(FailureCodes.CircuitOpen, $"{model.Name} is skipped: {sick}; no call was made"));
                }

                wait = state.Limit.Enter(now, caller, tokens, model.Limits, out var call) - now;
                if (call is not null)
                {
                    return new ModelPass(this, state, model, call, state.Circuit.Enter(now), Note(state.Circuit, now - asked));
                }

                paused = state.Limit.IsPaused(now);
                if (wait > longestHold)
                {
                    state.Limit.Leave(caller);
                }
            }

            if (wait > LongestWait || wait > longestHold)
            {
                var failure = new StepFailure(FailureCodes.RateHeld, string.Create(CultureInfo.InvariantCulture,
                    $"{model.Name} {(paused ? "is asked for no calls by its provider" : "has had its requests or tokens of this minute")}; the next place is free in {wait.TotalSeconds:0.#} s; no call was made"));
                return ModelPass.Refused(failure, wait > longestHold ? null : clock.GetUtcNow() + wait);
            }

            await Task.Delay(wait, clock, cancellationToken);
        }
    }

    /// <summary>Null for a model that nobody has called.</summary>
    public ModelCondition? Of(string model)
    {
        if (!_models.TryGetValue(model, out var state))
        {
            return null;
        }

        lock (state)
        {
            var now = Now;
            return new ModelCondition(state.Circuit.StateAt(now), state.Circuit.Failures, state.Circuit.LastFailure,
                state.Circuit.OpenUntil is { } until && until > now ? clock.GetUtcNow() + (until - now) : null, state.Limit.Waiting(now));
        }
    }

    internal void Report(ModelState state, ModelEntry model, MinuteLimit.Call call, bool probe, StepFailure? failure, int tokens)
    {
        lock (state)
        {
            var now = Now;
            state.Circuit.Report(now, probe, failure, model.Circuit);
            call.Tokens = Math.Max(call.Tokens, tokens);
            if (failure is { Code: FailureCodes.RateLimited, RetryAfter: { } after })
            {
                // What one run was told holds for all of them, up to what this model is waited for at all.
                state.Limit.Pause(now + (after < model.Retries.RetryAfterCap ? after : model.Retries.RetryAfterCap));
            }
        }
    }

    internal void Abandon(ModelState state, bool probe)
    {
        if (probe)
        {
            lock (state)
            {
                state.Circuit.AbandonProbe();
            }
        }
    }

    static string? Note(ModelCircuit circuit, TimeSpan waited)
    {
        var health = circuit.Describe();
        // Less is the time that the way through the limiter takes.
        var queue = waited >= TimeSpan.FromMilliseconds(1) ? string.Create(CultureInfo.InvariantCulture, $"waited {waited.TotalSeconds:0.###} s for its limits") : null;
        return health is not null && queue is not null ? $"{health}; {queue}" : health ?? queue;
    }
}

/// <summary>Locked while it is used.</summary>
sealed class ModelState
{
    public ModelCircuit Circuit { get; } = new();

    public MinuteLimit Limit { get; } = new();
}
