using System.Diagnostics;
using Azure.Data.Tables;

namespace DurableRouter.FunctionsBench;

/// <summary>Tells when runs are over, by the task hub's own table of instances, asked past the proxy: the same for both apps, and counted for none.</summary>
sealed class HubInstances(string connection, string hub)
{
    const string Status = "RuntimeStatus";
    static readonly string[] Columns = ["PartitionKey", Status, "Output", "CustomStatus"];
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan LookAtMany = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    readonly TableClient _table = new(connection, hub + "Instances");

    /// <summary>Returns when the run has completed.</summary>
    public Task EndedAsync(string run) => UntilAsync(Look, async () =>
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(run, "", Columns);
        return found.HasValue ? found.Value : null;
    });

    /// <summary>Returns when so many runs have completed.</summary>
    public Task EndedAsync(IReadOnlyCollection<string> runs)
    {
        var open = runs.ToHashSet(StringComparer.Ordinal);
        return UntilAsync(LookAtMany, async () =>
        {
            TableEntity? last = null;
            await foreach (var instance in _table.QueryAsync<TableEntity>(select: Columns))
            {
                if (open.Contains(instance.PartitionKey))
                {
                    last = last is null || IsCompleted(last) ? instance : last;
                    if (IsCompleted(instance))
                    {
                        open.Remove(instance.PartitionKey);
                    }
                }
            }

            return last;
        });
    }

    static bool IsCompleted(TableEntity instance) => instance.GetString(Status) switch
    {
        "Completed" => true,
        "Pending" or "Running" => false,
        _ => throw new InvalidOperationException(Describe(instance)),
    };

    static string Describe(TableEntity instance) =>
        $"Run {instance.PartitionKey} is {instance.GetString(Status)}: {instance.GetString("Output")} {instance.GetString("CustomStatus")}";

    /// <param name="look">Gives an instance that has not completed, or else one that has.</param>
    static async Task UntilAsync(TimeSpan pause, Func<Task<TableEntity?>> look)
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            var instance = await look();
            if (instance is not null && IsCompleted(instance))
            {
                return;
            }

            if (watch.Elapsed > Limit)
            {
                throw new TimeoutException(instance is null ? "A run has no instance." : Describe(instance));
            }

            await Task.Delay(pause);
        }
    }
}
