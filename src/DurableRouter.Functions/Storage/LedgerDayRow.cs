using System.Text;
using Azure.Data.Tables;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;

namespace DurableRouter.Functions.Storage;

/// <summary>What sums need of an attempt, as columns: the partition is its day (UTC), so a question about days reads these days only.</summary>
static class LedgerDayRow
{
    public const string CostUnits = "CostUnits";

    const string Correction = "Correction";

    public static void Describe(TableEntity entity, AttemptRow row)
    {
        entity["RunId"] = row.RunId;
        entity["Pipeline"] = row.Pipeline;
        entity["Family"] = row.Family;
        entity["Step"] = row.Step;
        entity["Role"] = row.Role;
        entity["Tier"] = row.Tier;
        entity["Model"] = row.Model;
        entity["StartedAt"] = row.StartedAt;
        entity["Ok"] = row.Outcome == AttemptOutcome.Ok;
        if (!row.IsAttempt)
        {
            entity[Correction] = true;
        }

        entity["Simulated"] = row.Simulated;
        entity["InputTokens"] = row.Usage.Input;
        entity["CachedInputTokens"] = row.Usage.CachedInput;
        entity["OutputTokens"] = row.Usage.Output;
        entity["ReasoningTokens"] = row.Usage.Reasoning;
        entity[CostUnits] = Money.ToUnits(row.CostUsd);
        entity["Revision"] = row.Revision;
        entity["Ordinal"] = row.Ordinal;
        entity["Candidate"] = row.Candidate;
        entity["Rule"] = row.Rule;
        entity["Misrouted"] = row.Misroute is not null;
        entity["Degraded"] = row.DegradedReason is not null;
    }

    /// <summary>True for a row that is summed and not counted.</summary>
    public static bool IsCorrection(TableEntity row) => row.GetBoolean(Correction) == true;

    /// <summary>False for a tool's step, where nothing was routed.</summary>
    public static bool IsRouted(TableEntity row) => row.GetString("Role") != AttemptRow.ToolRole;

    public static RoutingAttempt Routing(TableEntity row) => new(row.GetString("RunId")!, row.GetString("Pipeline")!, row.GetString("Step")!,
        row.GetInt32("Revision")!.Value, row.GetInt32("Ordinal")!.Value, row.GetInt32("Candidate")!.Value, row.GetString("Rule")!,
        row.GetBoolean("Ok")!.Value, row.GetBoolean("Misrouted")!.Value, row.GetBoolean("Degraded")!.Value, row.GetInt64(CostUnits)!.Value,
        IsCorrection(row));

    public static string Key(TableEntity row, CostGrouping grouping) => grouping switch
    {
        CostGrouping.Day => row.GetDateTimeOffset("StartedAt")!.Value.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture),
        CostGrouping.Model => row.GetString("Model")!,
        CostGrouping.Pipeline => row.GetString("Pipeline")!,
        CostGrouping.Step => row.GetString("Pipeline") + "/" + row.GetString("Step"),
        CostGrouping.Tier => row.GetString("Tier")!,
        _ => throw new ArgumentOutOfRangeException(nameof(grouping), grouping, null),
    };

    /// <summary>Attempts that started in [from, to).</summary>
    public static IAsyncEnumerable<TableEntity> QueryAsync(TableClient days, DateTimeOffset? from, DateTimeOffset? to, DayAccount? account,
        CancellationToken cancellationToken)
    {
        var filter = new StringBuilder();
        And(from is { } first ? TableClient.CreateQueryFilter($"PartitionKey ge {StorageKeys.Day(first)} and StartedAt ge {first}") : null);
        And(to is { } last ? TableClient.CreateQueryFilter($"PartitionKey le {StorageKeys.Day(last)} and StartedAt lt {last}") : null);
        And(account is not { } of ? null
            : of.Kind == DayAccountKind.Family ? TableClient.CreateQueryFilter($"Family eq {of.Name}") : TableClient.CreateQueryFilter($"Pipeline eq {of.Name}"));
        return days.QueryAsync<TableEntity>(filter.Length == 0 ? null : filter.ToString(), cancellationToken: cancellationToken);

        void And(string? condition)
        {
            if (condition is not null)
            {
                filter.Append(filter.Length == 0 ? "" : " and ").Append(condition);
            }
        }
    }
}
