using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Engine.Runs;

/// <summary>What one turn has come to so far, besides its history.</summary>
sealed class TurnResult(TurnWriter writer, DateTimeOffset at)
{
    List<AttemptRow>? rows;

    public TurnWriter Writer => writer;

    public DateTimeOffset At => at;

    /// <summary>Set when the turn ends or stops the run.</summary>
    public RuntimeStatus? Status { get; set; }

    public RunError? Error { get; set; }

    /// <summary>A stopped run goes on: its error is no longer true.</summary>
    public bool ClearError { get; set; }

    public ReadOnlyMemory<byte>? Output { get; set; }

    public RunRow? Row { get; set; }

    public IReadOnlyList<AttemptRow> Rows => rows is null ? [] : rows;

    /// <param name="late">The run had ended: the call is billed and its result discarded.</param>
    public void Add(IReadOnlyList<AttemptRow> added, bool late)
    {
        foreach (var row in added)
        {
            (rows ??= []).Add(late && row.Outcome is (AttemptOutcome.Ok or AttemptOutcome.Failed) ? row with { Outcome = AttemptOutcome.LateDiscarded } : row);
        }
    }
}
