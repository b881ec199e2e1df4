using System.Diagnostics;
using System.Globalization;

namespace DurableRouter.Local.Demo;

/// <summary>What the model endpoint saw, in order, independent of the product's own ledger. Also appended to a file.</summary>
/// <param name="path">The file.</param>
sealed class CallLog(string path) : IDisposable
{
    readonly Lock _gate = new();
    readonly List<LoggedCall> _lines = [];
    readonly StreamWriter _file = new(path) { AutoFlush = true };
    readonly long _started = Stopwatch.GetTimestamp();

    /// <summary>Calls that began and did not end, on either side.</summary>
    public int InFlight
    {
        get
        {
            lock (_gate)
            {
                return _lines.Count(l => l.Kind == LoggedKind.Begin) - _lines.Count(l => l.Kind is LoggedKind.End or LoggedKind.Cut);
            }
        }
    }

    public bool IsKilled => Lines.Any(l => l.Kind == LoggedKind.Kill);

    public IReadOnlyList<LoggedCall> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    public void Add(LoggedKind kind, string key)
    {
        lock (_gate)
        {
            _lines.Add(new LoggedCall(kind, key));
            _file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(_started).TotalSeconds,8:0.000} {kind.ToString().ToLowerInvariant()} {key}"));
        }
    }

    public void Dispose() => _file.Dispose();
}

enum LoggedKind
{
    /// <summary>The request was read.</summary>
    Begin,

    /// <summary>The last byte of the answer, or of a refusal, was written.</summary>
    End,

    /// <summary>The caller went away before the answer was written.</summary>
    Cut,

    /// <summary>The product's process was killed here.</summary>
    Kill,
}

/// <param name="Key">The attempt's key, as the product sent it in X-Client-Request-Id; empty for a kill.</param>
readonly record struct LoggedCall(LoggedKind Kind, string Key);
