namespace DurableRouter.Core.Durability;

/// <summary>Persisted names of events that the product itself raises.</summary>
public static class EventNames
{
    /// <summary>Ends the wait of a run whose activity threw.</summary>
    public const string Resume = "resume";

    /// <summary>Wakes the run that waits for this approval; the approval's record is the truth.</summary>
    public static string Approval(string approvalId) => $"approval:{approvalId}";
}
