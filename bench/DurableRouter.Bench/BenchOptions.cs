using System.Globalization;

namespace DurableRouter.Bench;

/// <param name="Seconds">Measured time of each case and side, after a warm-up of a quarter of it.</param>
/// <param name="Out">Where the Markdown report goes as well; null: standard output only.</param>
sealed record BenchOptions(double Seconds, string? Out, IReadOnlyList<BenchCase> Cases)
{
    public static BenchOptions Parse(string[] args)
    {
        var options = new BenchOptions(24, null, []);
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"{args[i]} needs a value");
            options = args[i] switch
            {
                "--seconds" => options with { Seconds = double.Parse(value, CultureInfo.InvariantCulture) },
                "--out" => options with { Out = value },
                "--case" => options with { Cases = [.. options.Cases, BenchCase.Parse(value)] },
                _ => throw new ArgumentException($"unknown option {args[i]}; known: --seconds, --out, --case DELAY/CONCURRENCY"),
            };
        }

        return options.Cases.Count > 0 ? options : options with
        {
            Cases = [.. from delay in new[] { 0, 50 } from concurrency in new[] { 1, 32, 256 } select new BenchCase(delay, concurrency)],
        };
    }
}

/// <param name="DelayMs">How long the model endpoint thinks.</param>
/// <param name="Concurrency">Runs under way at once.</param>
sealed record BenchCase(int DelayMs, int Concurrency)
{
    public static BenchCase Parse(string text)
    {
        var parts = text.Split('/');
        return new BenchCase(int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
    }
}

/// <summary>One side of one case.</summary>
sealed record Measurement(int Runs, double Seconds, double P50Ms, double P95Ms, double P99Ms, double CpuMsPerRun, double PeakMiB, double DiskBytesPerRun)
{
    public double RunsPerSecond => Runs / Seconds;
}
