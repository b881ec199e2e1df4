using System.Net;

namespace DurableRouter.Http.Access;

/// <summary>Counts failures per address and minute, in this process.</summary>
/// <param name="most">Failures per minute that are still answered as such.</param>
public sealed class FailureLimit(int most, TimeProvider clock)
{
    // An attacker with many addresses must not fill the memory: then everybody shares the fullest count.
    const int MaxAddresses = 10_000;

    static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    readonly Lock _lock = new();
    readonly Dictionary<IPAddress, int> _failures = [];
    long _since = clock.GetTimestamp();

    /// <summary>Counts one failure.</summary>
    public bool Exceeds(IPAddress? address)
    {
        lock (_lock)
        {
            if (clock.GetElapsedTime(_since) >= Window)
            {
                _failures.Clear();
                _since = clock.GetTimestamp();
            }

            var key = _failures.Count < MaxAddresses || (address is not null && _failures.ContainsKey(address)) ? address ?? IPAddress.None : IPAddress.None;
            return (_failures[key] = _failures.GetValueOrDefault(key) + 1) > most;
        }
    }
}
