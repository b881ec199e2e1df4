namespace DurableRouter.FunctionsBench;

/// <summary>One app at one delay of storage, in one round.</summary>
/// <param name="Requests">Per run, of runs one after the other; none idle.</param>
/// <param name="Kept">Bytes per run, by table and container.</param>
/// <param name="RunMs">Each run's time, sorted.</param>
/// <param name="StartMs">Until a start was answered, sorted.</param>
/// <param name="BurstPerSecond">Runs a second, of those that were started at once.</param>
/// <param name="WorkerMs">Of the worker's processor time, per run of the burst.</param>
sealed record Measured(Tally Requests, IReadOnlyDictionary<string, double> Kept, IReadOnlyList<double> RunMs, IReadOnlyList<double> StartMs, double BurstPerSecond, double WorkerMs)
{
    public double MedianRunMs => RunMs[RunMs.Count / 2];

    public double MedianStartMs => StartMs[StartMs.Count / 2];
}

/// <param name="Quick">Storage as quick as the emulator is.</param>
/// <param name="Slow">With <see cref="Rounds.SlowDelay"/> on each request.</param>
sealed record Round(Measured Quick, Measured Slow);
