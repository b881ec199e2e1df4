using System.Text.Json;

namespace DurableRouter.Engine.Runs;

/// <summary>One entry of a stored turn.</summary>
/// <param name="Sequence">Within the run, from 1.</param>
/// <param name="Kind">One of <see cref="Core.Durability.HistoryKinds"/>.</param>
/// <param name="Name">The activity's or event's name.</param>
/// <param name="Subject">The entry that this one answers; 0 for none.</param>
/// <param name="Due">Unix milliseconds, of timers and waits with a deadline.</param>
/// <param name="Id">The sender's id of an event.</param>
/// <param name="Claimed">activity.scheduled: the call may have gone out as soon as this entry was durable.</param>
/// <param name="Message">A failure or a reason.</param>
/// <param name="Data">The payload, unless it is stored by address.</param>
/// <param name="Address">The content address of a payload too large for the history.</param>
readonly record struct TurnEntry(long Sequence, string Kind, string? Name, long Subject, long? Due, string? Id, bool Claimed,
    string? Message, JsonElement Data, string? Address);

/// <summary>One stored turn.</summary>
sealed record StoredTurn(DateTimeOffset At, IReadOnlyList<TurnEntry> Entries);
