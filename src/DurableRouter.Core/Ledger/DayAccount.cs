namespace DurableRouter.Core.Ledger;

/// <summary>Whose attempts of one day a sum or a cap is about.</summary>
/// <param name="Name">The pipeline's or the family's.</param>
/// <param name="Day">UTC, by the start of the attempt.</param>
public readonly record struct DayAccount(DayAccountKind Kind, string Name, DateOnly Day);

public enum DayAccountKind
{
    Pipeline,
    Family,
}
