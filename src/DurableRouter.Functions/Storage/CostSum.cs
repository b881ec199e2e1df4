using Azure.Data.Tables;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;

namespace DurableRouter.Functions.Storage;

/// <summary>Adds rows up, exactly: money stays in whole units.</summary>
sealed class CostSum
{
    readonly HashSet<string> _runs = new(StringComparer.Ordinal);
    long _attempts;
    long _failed;
    long _simulated;
    long _input;
    long _cachedInput;
    long _output;
    long _reasoning;
    long _units;

    public void Add(TableEntity row)
    {
        _runs.Add(row.GetString("RunId")!);
        if (!LedgerDayRow.IsCorrection(row))
        {
            _attempts++;
            _failed += row.GetBoolean("Ok") == true ? 0 : 1;
            _simulated += row.GetBoolean("Simulated") == true ? 1 : 0;
        }

        _input += row.GetInt32("InputTokens")!.Value;
        _cachedInput += row.GetInt32("CachedInputTokens")!.Value;
        _output += row.GetInt32("OutputTokens")!.Value;
        _reasoning += row.GetInt32("ReasoningTokens")!.Value;
        _units += row.GetInt64(LedgerDayRow.CostUnits)!.Value;
    }

    public CostGroup ToGroup(string key) =>
        new(key, _runs.Count, _attempts, _failed, _simulated, _input, _cachedInput, _output, _reasoning, Money.ToUsd(_units));
}
