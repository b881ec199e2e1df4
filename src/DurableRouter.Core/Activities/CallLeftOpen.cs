namespace DurableRouter.Core.Activities;

/// <summary>A call that an earlier process may have made, and that stands in no ledger before its attempt is delivered again.</summary>
/// <param name="Attempt">The attempt's key.</param>
/// <param name="Definition">The address of its run's definition.</param>
/// <param name="UpperBoundUsd">What it can have cost at the most, in US dollars.</param>
public sealed record CallLeftOpen(string Attempt, string Definition, decimal UpperBoundUsd);
