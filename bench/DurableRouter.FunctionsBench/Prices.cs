namespace DurableRouter.FunctionsBench;

/// <summary>List prices of a general-purpose v2 account, locally redundant, hot, in US dollars for 10,000 operations.</summary>
static class Prices
{
    public const string Source = "assumed list prices of general-purpose v2 accounts, LRS; compare them with azure.microsoft.com/pricing/details/storage before you rely on the sum: "
        + "10,000 table operations $0.00036, queue operations $0.004, blob writes $0.05, blob reads $0.004";

    const double Table = 0.00036;
    const double Queue = 0.004;
    const double BlobWrite = 0.05;
    const double BlobRead = 0.004;

    /// <param name="batchesAsOne">Whether a batch counts as one operation, or each of its parts.</param>
    /// <returns>US dollars for a million runs.</returns>
    public static double PerMillionRuns(Tally perRun, bool batchesAsOne) =>
        perRun.Kinds.Sum(pair => (batchesAsOne ? pair.Value.Requests : pair.Value.Operations) * Price(pair.Key)) * 1_000_000 / 10_000;

    static double Price(RequestKind kind) => kind.Service switch
    {
        StorageService.Table => Table,
        StorageService.Queue => Queue,
        _ => kind.Operation.StartsWith("GET", StringComparison.Ordinal) || kind.Operation.StartsWith("HEAD", StringComparison.Ordinal) ? BlobRead : BlobWrite,
    };
}
