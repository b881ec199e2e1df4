namespace DurableRouter.Core.Ledger;

/// <summary>What is durable before a call goes out.</summary>
/// <param name="Key">The attempt's key.</param>
/// <param name="UpperBoundUsd">What the call can cost at the most, in US dollars.</param>
public sealed record AttemptIntent(string Key, string RunId, string Model, decimal UpperBoundUsd);
