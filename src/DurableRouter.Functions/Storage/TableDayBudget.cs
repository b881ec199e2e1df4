using Azure.Data.Tables;
using DurableRouter.Core.Activities;
using DurableRouter.Core.Values;

namespace DurableRouter.Functions.Storage;

/// <summary>Day budgets that all instances share. A partition per account: a head with the sums, and a row for each attempt that holds money or
/// has been counted; they change in one transaction, under the head's tag.</summary>
/// <remarks>
/// An account is opened, from the ledger's sum, when its first capped attempt comes; until then nothing is kept. Money whose holder died
/// without a redelivery comes free after <see cref="HoldLimit"/>, for what the ledger says of its attempt, or for its upper bound: sums err to
/// the high side only.
/// </remarks>
public sealed class TableDayBudget(StorageLayout storage, TableLedger ledger, TimeProvider clock) : IDayBudget
{
    /// <summary>Longer than any call and its redelivery.</summary>
    public static readonly TimeSpan HoldLimit = TimeSpan.FromHours(1);

    /// <summary>How long an attempt waits for calls that are out; after that a person is asked.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    readonly DayAccounts _accounts = new(storage.DayBudgets, ledger, clock);

    public async ValueTask<bool> TryReserveAsync(DayReservation reservation, decimal? capUsd, CancellationToken cancellationToken)
    {
        var units = Money.ToUnits(reservation.UpperBoundUsd);
        if (capUsd is not null)
        {
            await _accounts.GrowAsync(reservation.Account, cancellationToken);
        }

        var until = clock.GetUtcNow() + Patience;
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var fits = await ReserveAsync(reservation, units, capUsd is { } cap ? Money.ToUnits(cap) : null, cancellationToken);
            if (fits is { } answer)
            {
                return answer;
            }

            if (clock.GetUtcNow() >= until)
            {
                return false;
            }

            await Task.Delay(pause, clock, cancellationToken);
        }
    }

    public async ValueTask SettleAsync(DayReservation reservation, decimal costUsd)
    {
        var cost = Money.ToUnits(costUsd);
        await _accounts.ChangeAsync(reservation.Account, open: false, async (head, partition) =>
        {
            var hold = await _accounts.HoldAsync(partition, reservation.Attempt, CancellationToken.None);
            var paid = await _accounts.PaidAsync(partition, reservation.Attempt, CancellationToken.None);
            var more = cost - (paid?.GetInt64(DayAccounts.Units) ?? 0);
            // 0 says that this delivery made no call; an earlier one may have.
            var counts = cost > 0 && more != 0;
            return hold is null && !counts ? null :
            [
                head.Moved(spent: counts ? more : 0, reserved: -(hold?.GetInt64(DayAccounts.Units) ?? 0)),
                .. hold is null ? Array.Empty<TableTransactionAction>() : [new(TableTransactionActionType.Delete, hold, hold.ETag)],
                .. counts ? [DayAccounts.Paid(partition, reservation.Attempt, cost, paid)] : Array.Empty<TableTransactionAction>(),
            ];
        }, CancellationToken.None);
    }

    /// <returns>Null: calls that are out hold what would be enough.</returns>
    async Task<bool?> ReserveAsync(DayReservation reservation, long units, long? cap, CancellationToken cancellationToken)
    {
        bool? fits = true;
        await _accounts.ChangeAsync(reservation.Account, open: cap is not null, async (head, partition) =>
        {
            // An earlier delivery's hold is this attempt's own, and what that one has settled is not held again.
            if (await _accounts.HoldAsync(partition, reservation.Attempt, cancellationToken) is not null
                || await _accounts.PaidAsync(partition, reservation.Attempt, cancellationToken) is not null)
            {
                fits = true;
                return null;
            }

            fits = head.Spent + units > cap ? false : head.Spent + head.Reserved + units > cap ? null : true;
            if (fits is null && await _accounts.ReleaseAsync(head, partition, cancellationToken) is { } released)
            {
                return released;
            }

            return fits == true ? [head.Moved(spent: 0, reserved: units), _accounts.NewHold(partition, reservation.Attempt, units, HoldLimit)] : null;
        }, cancellationToken);
        return fits;
    }
}
