using System.Globalization;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;

namespace DurableRouter.Core.Health;

/// <summary>Keeps calls from a model that failed several times in a row, until one probe gets through. Times are since the process began.</summary>
sealed class ModelCircuit
{
    /// <summary>A failed probe doubles the pause up to this many times the first.</summary>
    const int LongestPause = 10;

    TimeSpan _pause;
    bool _probing;

    public int Failures { get; private set; }

    public string? LastFailure { get; private set; }

    /// <summary>Null while closed.</summary>
    public TimeSpan? OpenUntil { get; private set; }

    public CircuitState StateAt(TimeSpan now) => OpenUntil is not { } until ? CircuitState.Closed
        : _probing || now >= until ? CircuitState.Probing
        : CircuitState.Open;

    /// <returns>Why no call may go out, for a person; null: one may.</returns>
    public string? Refusal(TimeSpan now)
    {
        if (OpenUntil is not { } until || (!_probing && now >= until))
        {
            return null;
        }

        var since = string.Create(CultureInfo.InvariantCulture, $"its circuit is open after {Failures} failures in a row, the last {LastFailure}");
        return _probing ? $"{since}, and its probe is out" : string.Create(CultureInfo.InvariantCulture, $"{since}; a probe goes out in {(until - now).TotalSeconds:0.#} s");
    }

    /// <returns>Whether the call is the probe.</returns>
    public bool Enter(TimeSpan now) => _probing = StateAt(now) == CircuitState.Probing;

    public void Report(TimeSpan now, bool probe, StepFailure? failure, CircuitPolicy policy)
    {
        // Calls that were out when the circuit opened tell nothing new.
        if (OpenUntil is not null && !probe)
        {
            return;
        }

        _probing = false;
        switch (CircuitEvidences.Of(failure))
        {
            case CircuitEvidence.Well:
                (Failures, LastFailure, OpenUntil) = (0, null, null);
                break;
            case CircuitEvidence.Sick:
                Failures++;
                LastFailure = failure!.Code;
                if (probe || Failures >= policy.Failures)
                {
                    _pause = probe && _pause * 2 < policy.ProbeAfter * LongestPause ? _pause * 2
                        : probe ? policy.ProbeAfter * LongestPause : policy.ProbeAfter;
                    OpenUntil = now + _pause;
                }

                break;
        }
    }

    /// <summary>The probe ended without a word: the next call is the probe.</summary>
    public void AbandonProbe() => _probing = false;

    public string? Describe() => _probing ? $"the probe of its open circuit, after {Failures} failures in a row"
        : Failures > 0 ? string.Create(CultureInfo.InvariantCulture, $"{Failures} failures in a row, the last {LastFailure}")
        : null;
}
