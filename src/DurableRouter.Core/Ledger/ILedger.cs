namespace DurableRouter.Core.Ledger;

/// <summary>Reads the append-only record of attempts and runs. Rows are written by the hosts, each once.</summary>
public interface ILedger
{
    /// <summary>In order of their commit, corrections among them.</summary>
    Task<IReadOnlyList<AttemptRow>> AttemptsAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Null while the run isn't finished.</summary>
    Task<RunRow?> RunAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Sums per key over all attempts that started in [from, to), UTC. A correction adds its tokens and its difference in cost, and is not
    /// counted.</summary>
    Task<IReadOnlyList<CostGroup>> CostAsync(DateTimeOffset? from, DateTimeOffset? to, CostGrouping grouping, CancellationToken cancellationToken);

    /// <summary>How decisions turned out, by pipeline, step and rule, over all attempts that started in [from, to), UTC.</summary>
    Task<IReadOnlyList<RoutingGroup>> RoutingAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken);

    /// <summary>What the account's attempts cost, in US dollars.</summary>
    Task<decimal> CostAsync(DayAccount account, CancellationToken cancellationToken);
}

public enum CostGrouping
{
    Day,
    Model,
    Pipeline,
    Step,
    Tier,
}

/// <param name="Simulated">Attempts of simulated models among <paramref name="Attempts"/>.</param>
public sealed record CostGroup(string Key, long Runs, long Attempts, long Failed, long Simulated, long InputTokens, long CachedInputTokens,
    long OutputTokens, long ReasoningTokens, decimal CostUsd);
