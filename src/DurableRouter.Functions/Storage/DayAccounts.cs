using System.Collections.Concurrent;
using Azure.Data.Tables;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;

namespace DurableRouter.Functions.Storage;

/// <summary>Reads and changes the accounts behind <see cref="TableDayBudget"/>.</summary>
sealed class DayAccounts(TableClient table, TableLedger ledger, TimeProvider clock)
{
    public const string Units = "Units";

    const string Head = "head";
    const string HoldPrefix = "hold-";
    const string PastHolds = "hold.";
    const string PaidPrefix = "paid-";
    const string Until = "Until";
    const string Attempt = "Attempt";
    const int MaxTries = 200;
    static readonly TimeSpan LongestBackOff = TimeSpan.FromMilliseconds(100);

    /// <summary>For how long an instance believes that an account isn't kept: attempts without a cap ask no more often.</summary>
    static readonly TimeSpan AbsentFor = TimeSpan.FromSeconds(2);

    /// <summary>Until then every instance knows of a new account, and what it made before has its row.</summary>
    static readonly TimeSpan YoungFor = TimeSpan.FromSeconds(10);

    // One writer per account and instance at a time: only instances have to race each other.
    readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, long> _absent = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, bool> _grown = new(StringComparer.Ordinal);

    /// <summary>Applies a change to the account as it is stored, again and again until nobody wrote in between.</summary>
    /// <param name="open">Whether an account that isn't kept yet begins now; else nothing happens.</param>
    /// <param name="change">What to write, the head first; null: nothing.</param>
    /// <exception cref="DurableRouterException">Code <c>storage_busy</c>.</exception>
    public async Task ChangeAsync(DayAccount account, bool open, Func<DayHead, string, Task<IReadOnlyList<TableTransactionAction>?>> change,
        CancellationToken cancellationToken)
    {
        var partition = Partition(account);
        if (!open && _absent.TryGetValue(partition, out var looked) && clock.GetElapsedTime(looked) < AbsentFor)
        {
            return;
        }

        var turn = _turns.GetOrAdd(partition, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            for (var tries = 1; tries <= MaxTries; tries++)
            {
                var entity = await table.FindAsync(partition, Head, cancellationToken);
                if (entity is null && !open)
                {
                    _absent[partition] = clock.GetTimestamp();
                    return;
                }

                entity ??= await OpenAsync(account, partition, cancellationToken);
                _absent.TryRemove(partition, out _);
                if (entity is null
                    || await change(new DayHead(entity), partition) is not { } actions
                    || await table.TrySubmitAsync(actions, cancellationToken))
                {
                    return;
                }

                await Task.Delay(Random.Shared.NextDouble() * LongestBackOff, TimeProvider.System, cancellationToken); // out of the others' step
            }
        }
        finally
        {
            turn.Release();
        }

        throw new DurableRouterException(ErrorCodes.StorageBusy,
            $"The budget of {account.Kind} {account.Name} on {account.Day:O} was changed by others {MaxTries} times in a row. The step is tried again.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };
    }

    /// <summary>Adds to an account, once, what others spent without it in the moment in which it began: attempts without a cap that didn't know of it yet.</summary>
    public async Task GrowAsync(DayAccount account, CancellationToken cancellationToken)
    {
        var partition = Partition(account);
        if (_grown.ContainsKey(partition) || await table.FindAsync(partition, Head, cancellationToken) is not { } entity
            || new DayHead(entity).OpenedAt is { } openedAt && clock.GetUtcNow() - openedAt < YoungFor)
        {
            return;
        }

        if (new DayHead(entity).OpenedAt is not null)
        {
            var spent = Money.ToUnits(await ledger.CostAsync(account, cancellationToken)) - await BookedOfHoldsAsync(partition, cancellationToken);
            await ChangeAsync(account, open: false, (head, _) => Task.FromResult<IReadOnlyList<TableTransactionAction>?>(
                head.OpenedAt is null ? null : [head.Grown(spent)]), cancellationToken);
        }

        _grown[partition] = true;
    }

    public Task<TableEntity?> HoldAsync(string partition, string attempt, CancellationToken cancellationToken) =>
        table.FindAsync(partition, HoldPrefix + StorageKeys.Escape(attempt), cancellationToken);

    public TableTransactionAction NewHold(string partition, string attempt, long units, TimeSpan limit)
    {
        var hold = StorageLayout.NewEntity(partition, HoldPrefix + StorageKeys.Escape(attempt));
        hold[Attempt] = attempt;
        hold[Units] = units;
        hold[Until] = clock.GetUtcNow() + limit;
        return new TableTransactionAction(TableTransactionActionType.Add, hold);
    }

    /// <summary>What the attempt has been counted for; null before that.</summary>
    public Task<TableEntity?> PaidAsync(string partition, string attempt, CancellationToken cancellationToken) =>
        table.FindAsync(partition, PaidPrefix + StorageKeys.Escape(attempt), cancellationToken);

    /// <summary>Writes down what the attempt is counted for, so that no repetition counts it again.</summary>
    /// <param name="before">What it was counted for until now; null: nothing.</param>
    public static TableTransactionAction Paid(string partition, string attempt, long units, TableEntity? before)
    {
        var paid = StorageLayout.NewEntity(partition, PaidPrefix + StorageKeys.Escape(attempt));
        paid[Units] = units;
        return before is null ? new TableTransactionAction(TableTransactionActionType.Add, paid)
            : new TableTransactionAction(TableTransactionActionType.UpdateReplace, paid, before.ETag);
    }

    /// <summary>Frees one hold whose holder died.</summary>
    /// <returns>Null when there is none.</returns>
    public async Task<IReadOnlyList<TableTransactionAction>?> ReleaseAsync(DayHead head, string partition, CancellationToken cancellationToken)
    {
        var expired = TableClient.CreateQueryFilter(
            $"PartitionKey eq {partition} and RowKey ge {HoldPrefix} and RowKey lt {PastHolds} and Until lt {clock.GetUtcNow()}");
        await foreach (var hold in table.QueryAsync<TableEntity>(expired, maxPerPage: 1, cancellationToken: cancellationToken))
        {
            var attempt = hold.GetString(Attempt)!;
            var units = hold.GetInt64(Units)!.Value;
            var row = await ledger.FindAsync(attempt.Split('/')[0], attempt, cancellationToken);
            var spent = row is null ? units : Money.ToUnits(row.CostUsd);
            return
            [
                head.Moved(spent, reserved: -units),
                new(TableTransactionActionType.Delete, hold, hold.ETag),
                Paid(partition, attempt, spent, before: null),
            ];
        }

        return null;
    }

    /// <summary>What the ledger has of attempts that still hold money: they are counted when they settle.</summary>
    async Task<long> BookedOfHoldsAsync(string partition, CancellationToken cancellationToken)
    {
        var booked = 0L;
        var holds = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {HoldPrefix} and RowKey lt {PastHolds}");
        await foreach (var hold in table.QueryAsync<TableEntity>(holds, cancellationToken: cancellationToken))
        {
            var attempt = hold.GetString(Attempt)!;
            booked += await ledger.FindAsync(attempt.Split('/')[0], attempt, cancellationToken) is { } row ? Money.ToUnits(row.CostUsd) : 0;
        }

        return booked;
    }

    static string Partition(DayAccount account) =>
        $"{StorageKeys.Day(account.Day)}-{(account.Kind == DayAccountKind.Family ? "family" : "pipeline")}-{StorageKeys.Escape(account.Name)}";

    async Task<TableEntity?> OpenAsync(DayAccount account, string partition, CancellationToken cancellationToken)
    {
        var head = DayHead.Create(partition, Head, Money.ToUnits(await ledger.CostAsync(account, cancellationToken)), clock.GetUtcNow());
        await table.TryAddAsync(head, cancellationToken);
        return await table.FindAsync(partition, Head, cancellationToken);
    }
}
