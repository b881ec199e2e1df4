using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Functions.Storage;

namespace DurableRouter.Functions.Activities;

/// <summary>What stands of one call in its run's history: that it was asked for, and what came of it. Each goes into the store together with the row of the
/// ledger that belongs to it.</summary>
sealed class CallRecord(string runId, int number, string activity, JsonElement input, IRunHistory history, TimeProvider clock)
{
    long _scheduled;

    /// <summary>Whether an earlier delivery has begun the call.</summary>
    public bool IsRedelivery { get; private set; }

    /// <summary>How the run has ended, if a write has met that.</summary>
    public RuntimeStatus? Ended { get; private set; }

    bool HasBegun => _scheduled > 0;

    string Id => string.Create(CultureInfo.InvariantCulture, $"call-{number}");

    string CompletedId => Id + "-completed";

    string FailedId => Id + "-failed";

    /// <summary>Before the call goes out, or before anything else that others see.</summary>
    /// <param name="intent">Null when no call goes out, or when its intent is there.</param>
    public async Task<RunWritten> BeginAsync(NewIntent? intent, CancellationToken cancellationToken)
    {
        var write = HasBegun ? new RunWrite() : new RunWrite(Scheduled());
        var written = await history.WriteAsync(runId, write with { Intent = intent }, cancellationToken);
        Ended = written.Ended ?? Ended;
        if (written.Result == RunWriteResult.EntryTaken)
        {
            IsRedelivery = true;
            _scheduled = (await history.FindAsync(runId, Id, cancellationToken))!.Sequence;
            return intent is null ? written : await BeginAsync(intent, cancellationToken);
        }

        _scheduled = written.Result == RunWriteResult.Written && !HasBegun ? written.First : _scheduled;
        return written;
    }

    /// <summary>The result that an earlier delivery left; null: none.</summary>
    public async Task<JsonElement?> ResultAsync(CancellationToken cancellationToken) => (await history.FindAsync(runId, CompletedId, cancellationToken))?.Data;

    /// <param name="row">The attempt's; null when it has none or has been booked.</param>
    /// <param name="answersIntent">Whether the row is that of an intent.</param>
    public Task<RunWritten> CompleteAsync(JsonElement output, AttemptRow? row, bool answersIntent, CancellationToken cancellationToken) =>
        EndAsync(CompletedId, HistoryKinds.ActivityCompleted, output, row, answersIntent, cancellationToken);

    public Task<RunWritten> FailAsync(JsonElement message, AttemptRow? row, bool answersIntent, CancellationToken cancellationToken) =>
        EndAsync(FailedId, HistoryKinds.ActivityFailed, message, row, answersIntent, cancellationToken);

    async Task<RunWritten> EndAsync(string id, string kind, JsonElement data, AttemptRow? row, bool answersIntent, CancellationToken cancellationToken)
    {
        var end = new NewHistoryEntry(id, clock.GetUtcNow(), kind, activity, HasBegun ? _scheduled : NewHistoryEntry.Previous, data);
        var written = await history.WriteAsync(runId,
            (HasBegun ? new RunWrite(end) : new RunWrite(Scheduled(), end)) with { Attempt = row, AnswersIntent = answersIntent }, cancellationToken);
        Ended = written.Ended ?? Ended;
        return written;
    }

    NewHistoryEntry Scheduled() => new(Id, clock.GetUtcNow(), HistoryKinds.ActivityScheduled, activity, 0, input);
}
