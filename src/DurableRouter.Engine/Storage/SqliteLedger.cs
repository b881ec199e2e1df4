using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;
using Microsoft.Data.Sqlite;

namespace DurableRouter.Engine.Storage;

/// <summary>Reads the ledger; its rows are written by turns.</summary>
sealed class SqliteLedger(ReadPool reads, RunReader runs) : ILedger
{
    public Task<IReadOnlyList<AttemptRow>> AttemptsAsync(string runId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (runs.Find(runId) is not { } run)
        {
            return Task.FromResult<IReadOnlyList<AttemptRow>>([]);
        }

        return Task.FromResult<IReadOnlyList<AttemptRow>>(reads.Query("SELECT * FROM attempts WHERE id BETWEEN $from AND $to ORDER BY id",
            r => Map(r, runId), ("$from", WriteSession.HistoryKey(run.No, 0)), ("$to", WriteSession.HistoryKey(run.No, WriteSession.MaxPerRun - 1))));
    }

    public Task<RunRow?> RunAsync(string runId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(reads.Query("SELECT row FROM run_rows WHERE run_no = (SELECT no FROM runs WHERE id = $id)",
            r => JsonSerializer.Deserialize(r.GetFieldValue<byte[]>(0), EngineJson.Default.RunRow), ("$id", runId)).FirstOrDefault());
    }

    public Task<IReadOnlyList<CostGroup>> CostAsync(DateTimeOffset? from, DateTimeOffset? to, CostGrouping grouping, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var key = grouping switch
        {
            CostGrouping.Day => "strftime('%Y-%m-%d', started_at / 1000, 'unixepoch')",
            CostGrouping.Model => "model",
            CostGrouping.Pipeline => "pipeline",
            CostGrouping.Step => "pipeline || '/' || step",
            CostGrouping.Tier => "tier",
            _ => throw new ArgumentOutOfRangeException(nameof(grouping), grouping, null),
        };
        return Task.FromResult<IReadOnlyList<CostGroup>>(reads.Query($"""
            SELECT {key}, COUNT(DISTINCT id / {WriteSession.MaxPerRun}), SUM(outcome <> 'correction'), SUM(outcome NOT IN ('ok', 'correction')),
              SUM(simulated AND outcome <> 'correction'), SUM(input_tokens),
              SUM(cached_tokens), SUM(output_tokens), SUM(reasoning_tokens), SUM(cost)
            FROM attempts WHERE started_at >= $from AND started_at < $to GROUP BY 1 ORDER BY 1
            """,
            r => new CostGroup(r.GetString(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6),
                r.GetInt64(7), r.GetInt64(8), Money.ToUsd(r.GetInt64(9))),
            ("$from", from?.ToUnixTimeMilliseconds() ?? long.MinValue), ("$to", to?.ToUnixTimeMilliseconds() ?? long.MaxValue)));
    }

    public Task<IReadOnlyList<RoutingGroup>> RoutingAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<RoutingGroup>>(reads.Query($"""
            WITH rows AS (
              SELECT *, id / {WriteSession.MaxPerRun} AS run, rule = '{AttemptRow.LastLinkHuman}' AS human,
                FIRST_VALUE(rule) OVER (PARTITION BY id / {WriteSession.MaxPerRun}, step, revision ORDER BY id) AS first_rule
              FROM attempts WHERE started_at >= $from AND started_at < $to AND role <> '{AttemptRow.ToolRole}'),
            decisions AS (
              SELECT pipeline, step, first_rule, MAX(human) AS human, MAX(outcome = 'ok') AS answered,
                MAX(CASE WHEN outcome = 'ok' THEN ordinal * 1000000 + candidate END) % 1000000 AS by_candidate, MAX(misroute IS NOT NULL) AS misrouted,
                MAX(outcome = 'ok' AND degraded IS NOT NULL) AS degraded, SUM(outcome <> 'correction') AS attempts, SUM(cost) AS cost
              FROM rows GROUP BY run, pipeline, step, revision, first_rule)
            SELECT pipeline, step, first_rule, COUNT(*), SUM(answered AND NOT human AND by_candidate = 0), SUM(answered AND NOT human AND by_candidate > 0),
              SUM(human), SUM(NOT answered), SUM(misrouted), SUM(degraded), SUM(attempts), SUM(cost)
            FROM decisions GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
            """,
            r => new RoutingGroup(r.GetString(0), r.GetString(1), r.GetString(2), r.GetInt64(3), r.GetInt64(4), r.GetInt64(5), r.GetInt64(6),
                r.GetInt64(7), r.GetInt64(8), r.GetInt64(9), r.GetInt64(10), Money.ToUsd(r.GetInt64(11))),
            ("$from", from?.ToUnixTimeMilliseconds() ?? long.MinValue), ("$to", to?.ToUnixTimeMilliseconds() ?? long.MaxValue)));
    }

    public Task<decimal> CostAsync(DayAccount account, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var from = new DateTimeOffset(account.Day, TimeOnly.MinValue, TimeSpan.Zero);
        return Task.FromResult(reads.Query(
            $"SELECT COALESCE(SUM(cost), 0) FROM attempts WHERE {(account.Kind == DayAccountKind.Family ? "family" : "pipeline")} = $name AND started_at >= $from AND started_at < $to",
            r => Money.ToUsd(r.GetInt64(0)), ("$name", account.Name), ("$from", from.ToUnixTimeMilliseconds()),
            ("$to", from.AddDays(1).ToUnixTimeMilliseconds())).Single());
    }

    static AttemptRow Map(SqliteDataReader r, string runId)
    {
        return new AttemptRow
        {
            Key = Text("key")!,
            RunId = runId,
            Step = Text("step")!,
            Role = Text("role")!,
            Pipeline = Text("pipeline")!,
            Family = Text("family")!,
            Revision = Number("revision"),
            Ordinal = Number("ordinal"),
            Candidate = Number("candidate"),
            Tier = Text("tier")!,
            Model = Text("model")!,
            Provider = Text("provider")!,
            ModelEcho = Text("model_echo"),
            Rule = Text("rule")!,
            StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(r.GetInt64(r.GetOrdinal("started_at"))),
            LatencyMs = Number("latency_ms"),
            FirstByteMs = Has("first_byte_ms") ? Number("first_byte_ms") : null,
            Usage = new TokenUsage(Number("input_tokens"), Number("cached_tokens"), Number("output_tokens"), Number("reasoning_tokens")),
            UsageSource = LedgerColumns.Source(Text("usage_source")!),
            UsageSuspect = Number("usage_suspect") == 1,
            CostUsd = Money.ToUsd(r.GetInt64(r.GetOrdinal("cost"))),
            ProviderCostUsd = Has("provider_cost") ? Money.ToUsd(r.GetInt64(r.GetOrdinal("provider_cost"))) : null,
            PriceAsOf = DateOnly.ParseExact(Text("price_as_of")!, "yyyy-MM-dd", CultureInfo.InvariantCulture),
            Outcome = LedgerColumns.Outcome(Text("outcome")!),
            FailureCode = Text("failure_code"),
            FailureMessage = Text("failure_message"),
            Checks = Has("checks") ? JsonSerializer.Deserialize(Blob("checks"), CoreJson.Default.IReadOnlyListCheckResult)! : [],
            DegradedReason = Text("degraded"),
            Misroute = Text("misroute"),
            Simulated = Number("simulated") == 1,
            PromptSha256 = Has("prompt_sha256") ? Convert.ToHexStringLower(Blob("prompt_sha256")) : null,
            OutputSha256 = Has("output_sha256") ? Convert.ToHexStringLower(Blob("output_sha256")) : null,
            Approval = Text("approval"),
        };

        bool Has(string column) => !r.IsDBNull(r.GetOrdinal(column));
        string? Text(string column) => Has(column) ? r.GetString(r.GetOrdinal(column)) : null;
        int Number(string column) => r.GetInt32(r.GetOrdinal(column));
        byte[] Blob(string column) => r.GetFieldValue<byte[]>(r.GetOrdinal(column));
    }
}
