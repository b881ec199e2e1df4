namespace DurableRouter.Core.Workflow;

/// <summary>The money of one run: spent, reserved for calls that are out, and the cap, in US dollars.</summary>
/// <remarks>A call's upper bound is reserved before it goes out and replaced by its cost afterwards, so calls in parallel can't cross
/// the cap together.</remarks>
sealed class RunBudget(decimal? capUsd)
{
    // Without asynchronous continuations: see RunState.
    TaskCompletionSource _settled = new();

    /// <summary>Null: no cap.</summary>
    public decimal? CapUsd { get; private set; } = capUsd;

    public decimal SpentUsd { get; private set; }

    public decimal ReservedUsd { get; private set; }

    public decimal? LeftUsd => CapUsd - SpentUsd - ReservedUsd;

    /// <summary>Completes when a call that is out has settled.</summary>
    public Task Settled => _settled.Task;

    /// <summary>The caller's cap only lowers the configured one.</summary>
    public static decimal? Cap(decimal? callers, decimal? configured) =>
        callers is { } a && configured is { } b ? Math.Min(a, b) : callers ?? configured;

    /// <returns>False, with nothing reserved, when the cap would be crossed.</returns>
    public bool TryReserve(decimal usd)
    {
        if (SpentUsd + ReservedUsd + usd > CapUsd)
        {
            return false;
        }

        ReservedUsd += usd;
        return true;
    }

    public void Settle(decimal reservedUsd, decimal costUsd)
    {
        ReservedUsd -= reservedUsd;
        SpentUsd += costUsd;
        var settled = _settled;
        _settled = new TaskCompletionSource();
        settled.SetResult();
    }

    public void Raise(decimal byUsd) => CapUsd += byUsd;
}
