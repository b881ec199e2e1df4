using System.Diagnostics;
using System.Globalization;

namespace DurableRouter.Engine;

/// <summary>Places at which a death of the process has its own consequence. Tests let it die at each.</summary>
public sealed class CrashPoints
{
    /// <summary>A turn is written but not committed: it never happened.</summary>
    public const string BeforeCommit = "commit.before";

    /// <summary>A turn is durable, and nobody has been told.</summary>
    public const string AfterCommit = "commit.after";

    /// <summary>A call's intent is durable, and the request has not left.</summary>
    public const string BeforeCall = "call.before";

    /// <summary>The reply is here, and not yet durable.</summary>
    public const string AfterCall = "call.after";

    /// <summary>The decision that ends an approval is written but not committed: nobody has decided.</summary>
    public const string BeforeDecision = "decision.before";

    /// <summary>The decision is durable, and the run has not heard of it.</summary>
    public const string AfterDecision = "decision.after";

    /// <summary>The run has heard of the decision, and that is not written down.</summary>
    public const string AfterWake = "wake.after";

    readonly string? point;
    int passagesLeft;

    internal CrashPoints(string? crashAt)
    {
        if (crashAt?.Split(':') is [var name, var passage])
        {
            point = name;
            passagesLeft = int.Parse(passage, CultureInfo.InvariantCulture);
        }
        else if (crashAt is not null)
        {
            throw new ArgumentException($"'{crashAt}' is no crash point; write it as {AfterCommit}:3", nameof(crashAt));
        }
    }

    internal void Pass(string name)
    {
        if (point is not null && name == point && Interlocked.Decrement(ref passagesLeft) == 0)
        {
            using var self = Process.GetCurrentProcess();
            self.Kill(); // SIGKILL: no handler runs, no buffer is flushed
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
