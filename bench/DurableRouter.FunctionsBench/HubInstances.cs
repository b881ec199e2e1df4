using Azure.Data.Tables;

namespace DurableRouter.FunctionsBench;

/// <summary>Tells when runs are over, by the task hub's own table of instances, asked past the proxy: the same for both apps, and counted for none.</summary>
sealed class HubInstances(string connection, string hub)
{
    const string Status = "RuntimeStatus";
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    static readonly TimeSpan LookAtMany = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    readonly TableClient _table = new(connection, hub + "Instances");

    /// <summary>Returns when the run has completed.</summary>
    public Task EndedAsync(string run) => UntilAsync(Look, async () =>
    {
        var found = await _table.GetEntityIfExistsAsync<TableEntity>(run, "", [Status, "Output"]);
        return found.HasValue && IsCompleted(found.Value!);
    });

    /// <summary>Returns when so many runs have completed.</summary>
    public Task EndedAsync(IReadOnlyCollection<string> runs)
    {
        var open = runs.ToHashSet(StringComparer.Ordinal);
        return UntilAsync(LookAtMany, async () =>
        {
            await foreach (var instance in _table.QueryAsync<TableEntity>(select: ["PartitionKey", Status, "Output"]))
            {
                if (open.Contains(instance.PartitionKey) && IsCompleted(instance))
                {
                    open.Remove(instance.PartitionKey);
                }
            }

            return open.Count == 0;
        });
    }

    static bool IsCompleted(TableEntity instance) => instance.GetString(Status) switch
    {
        "Completed" => true,
        "Pending" or "Running" => false,
        var other => throw new InvalidOperationException($"Run {instance.PartitionKey} is {other}: {instance.GetString("Output")}"),
    };

    static async Task UntilAsync(TimeSpan pause, Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!await condition())
        {
            await Task.Delay(pause, limit.Token);
        }
    }
}
