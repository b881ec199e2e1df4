namespace DurableRouter.Core.Messages;

/// <summary>What the ledger's run row is made of.</summary>
public sealed record RunSummary(string Family, string? Category, int? Complexity, IReadOnlyList<string> Risk, string Route, decimal TotalUsd,
    string? BaselineModel, decimal? BaselineUsd, bool FallbackUsed, int Attempts, bool Simulated, int Overrides);
