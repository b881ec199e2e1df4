using System.Collections.Concurrent;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Core.Activities;

/// <summary>The day budget of a host whose ledger only this process writes: kept in memory, and begun from the ledger's sum.</summary>
/// <param name="spentUsd">The ledger's sum in US dollars; asked for when the account is first used.</param>
/// <param name="leftOpen">Calls of an earlier process that may have been made and don't stand in the ledger yet. Each counts as spent, at
/// its upper bound, until its attempt is delivered again.</param>
public sealed class LedgerDayBudget(Func<DayAccount, Task<decimal>> spentUsd, Func<DayAccount, IEnumerable<DayReservation>>? leftOpen = null) : IDayBudget
{
    readonly ConcurrentDictionary<DayAccount, Lazy<Task<Account>>> _accounts = new();

    /// <param name="callsLeftOpen">See the constructor's; they count to the day on which this process began.</param>
    public static LedgerDayBudget Over(ILedger ledger, Func<IReadOnlyList<CallLeftOpen>> callsLeftOpen, IDefinitionSource definitions, TimeProvider clock)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        return new LedgerDayBudget(account => ledger.CostAsync(account, CancellationToken.None), account => account.Day != today ? []
            : callsLeftOpen().Where(call => Owner(call, account.Kind, definitions) == account.Name)
                .Select(call => new DayReservation(account, call.Attempt, call.UpperBoundUsd)));
    }

    public async ValueTask<bool> TryReserveAsync(DayReservation reservation, decimal? capUsd, CancellationToken cancellationToken) =>
        await (await AccountAsync(reservation.Account)).TryReserveAsync(reservation.Attempt, capUsd, reservation.UpperBoundUsd, cancellationToken);

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

    async Task<Account> OpenAsync(DayAccount day) => new(await spentUsd(day), leftOpen?.Invoke(day) ?? []);

    static string? Owner(CallLeftOpen call, DayAccountKind kind, IDefinitionSource definitions)
    {
        try
        {
            var pipeline = definitions.Get(call.Definition).Definition.Pipeline;
            return kind == DayAccountKind.Family ? pipeline.Family : pipeline.Name;
        }
        catch (DurableRouterException e) when (e.Code == ErrorCodes.DefinitionMissing)
        {
            // Its run can't go on either, and says so.
            return null;
        }
    }

    /// <summary>Calls end long before two days have passed. Who still holds money, because the clock jumped, settles on the same account.</summary>
    void Forget(DateOnly last)
    {
        foreach (var entry in _accounts)
        {
            if (entry.Key.Day <= last && entry.Value is { IsValueCreated: true, Value: { IsCompletedSuccessfully: true, Result.IsIdle: true } })
            {
                _accounts.TryRemove(entry);
            }
        }
    }

    sealed class Account
    {
        readonly Lock _lock = new();
        readonly Dictionary<string, decimal> _leftOpen;
        decimal _spentUsd;
        decimal _reservedUsd;
        TaskCompletionSource? _settled;

        public Account(decimal spentUsd, IEnumerable<DayReservation> leftOpen)
        {
            _leftOpen = leftOpen.ToDictionary(r => r.Attempt, r => r.UpperBoundUsd, StringComparer.Ordinal);
            _spentUsd = spentUsd + _leftOpen.Values.Sum();
        }

        public bool IsIdle
        {
            get
            {
                lock (_lock)
                {
                    return _reservedUsd == 0;
                }
            }
        }

        public async ValueTask<bool> TryReserveAsync(string attempt, decimal? capUsd, decimal usd, CancellationToken cancellationToken)
        {
            while (true)
            {
                Task settled;
                lock (_lock)
                {
                    if (_leftOpen.Remove(attempt, out var own))
                    {
                        _spentUsd -= own;
                    }

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
