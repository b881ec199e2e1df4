using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Functions.Storage;

/// <summary>What is added to a run at once. A run that has ended takes nothing.</summary>
/// <param name="Entries">In order; at least one.</param>
public sealed record RunWrite(params IReadOnlyList<NewHistoryEntry> Entries)
{
    /// <summary>Of a call that goes out when this is written.</summary>
    public NewIntent? Intent { get; init; }

    /// <summary>Of a call that has come home.</summary>
    public AttemptRow? Attempt { get; init; }

    /// <summary>Whether <see cref="Attempt"/> is the row of an intent.</summary>
    public bool AnswersIntent { get; init; }

    /// <summary>The run's end, which nothing follows. The last entry tells of it and holds its output; of a run that was opened again it gets a number behind
    /// its id.</summary>
    public RunEnding? End { get; init; }

    /// <summary>The run's row in the ledger.</summary>
    public RunRow? Row { get; init; }
}

/// <param name="Owner">Of the lease.</param>
/// <param name="At">UTC.</param>
public sealed record NewIntent(AttemptIntent Intent, string Owner, DateTimeOffset At);

/// <param name="Result">Anything but <see cref="RunWriteResult.Written"/> has written nothing.</param>
/// <param name="First">The sequence of the first entry, when written.</param>
/// <param name="Lease">The new intent's, when written.</param>
public sealed record RunWritten(RunWriteResult Result, long First = 0, AttemptLease? Lease = null)
{
    /// <summary>The run after the write; null unless written by this very call.</summary>
    public RunStub? Run { get; init; }

    /// <summary>How the run has ended, where that is why nothing was written.</summary>
    public RuntimeStatus? Ended { get; init; }
}

/// <summary>What those need who follow a run's end up.</summary>
/// <param name="CreatedAt">UTC.</param>
/// <param name="HasCallback">Whether somebody may wait to be told of the end.</param>
/// <param name="OpenCalls">Calls that may have gone out and have no row yet.</param>
/// <param name="Reopened">How often the end was taken back.</param>
public sealed record RunStub(string RunId, DateTimeOffset CreatedAt, bool HasCallback, int OpenCalls, int Reopened);

public enum RunWriteResult
{
    Written,

    /// <summary>An entry with one of these ids is there.</summary>
    EntryTaken,

    /// <summary>The intent is there: a call may have gone out.</summary>
    IntentTaken,

    /// <summary>The attempt has a row.</summary>
    AttemptTaken,

    /// <summary>The run has ended.</summary>
    Ended,

    /// <summary>There is no such run.</summary>
    Unknown,
}
