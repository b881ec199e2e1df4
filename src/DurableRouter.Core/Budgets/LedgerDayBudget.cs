using System.Collections.Concurrent;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Core.Budgets;

/// <summary>The day budget of a host whose ledger only this process writes: kept in memory, and begun from the ledger's sum.</summary>
/// <param name="spentUsd">The ledger's sum in US dollars; asked for when the account is first used.</param>
public sealed class LedgerDayBudget(Func<DayAccount, Task<decimal>> spentUsd) : IDayBudget
{
    readonly ConcurrentDictionary<DayAccount, Lazy<Task<Account>>> _accounts = new();

    public async ValueTask<bool> TryReserveAsync(DayReservation reservation, decimal? capUsd, CancellationToken cancellationToken) =>
        await (await AccountAsync(reservation.Account)).TryReserveAsync(capUsd, reservation.UpperBoundUsd, cancellationToken);

    public async ValueTask SettleAsync(DayReservation reservation, decimal costUsd) =>
        (await AccountAsync(reservation.Account)).Settle(reservation.UpperBoundUsd, costUsd);

    async ValueTask<Account> AccountAsync(DayAccount day)
    {
        if (!_accounts.TryGetValue(day, out var account))
        {
            Forget(day.Day.AddDays(-2));
            account = _accounts.GetOrAdd(day, new Lazy<Task<Account>>(() => OpenAsync(day)));
        }

        try
        {
            return await account.Value;
        }
        catch
        {
            // The next attempt asks the ledger again.
            _accounts.TryRemove(new(day, account));
            throw;
        }
    }

    async Task<Account> OpenAsync(DayAccount day) => new(await spentUsd(day));

    /// <summary>Calls end long before two days have passed, so nobody settles on these any more.</summary>
    void Forget(DateOnly last)
    {
        foreach (var (day, _) in _accounts)
        {
            if (day.Day <= last)
            {
                _accounts.TryRemove(day, out _);
            }
        }
    }

    sealed class Account(decimal spentUsd)
    {
        readonly Lock _lock = new();
        decimal _spentUsd = spentUsd;
        decimal _reservedUsd;
        TaskCompletionSource? _settled;

        public async ValueTask<bool> TryReserveAsync(decimal? capUsd, decimal usd, CancellationToken cancellationToken)
        {
            while (true)
            {
                Task settled;
                lock (_lock)
                {
                    if (_spentUsd + usd > capUsd)
                    {
                        return false;
                    }

                    if (!(_spentUsd + _reservedUsd + usd > capUsd))
                    {
                        _reservedUsd += usd;
                        return true;
                    }

                    settled = (_settled ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                }

                // Calls that are out hold their upper bounds; most cost far less, and then nobody need be asked.
                await settled.WaitAsync(cancellationToken);
            }
        }

        public void Settle(decimal reservedUsd, decimal costUsd)
        {
            TaskCompletionSource? settled;
            lock (_lock)
            {
                _reservedUsd -= reservedUsd;
                _spentUsd += costUsd;
                (settled, _settled) = (_settled, null);
            }

            settled?.SetResult();
        }
    }
}
