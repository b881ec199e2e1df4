using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Tests.Driver;

/// <summary>An orchestration as the task hub stores it. Whoever reads or changes it holds its lock.</summary>
sealed class HubInstance(string id, string name, string version, string? input, DateTimeOffset createdAt)
{
    public string Id { get; } = id;

    public string Name { get; } = name;

    public string Version { get; } = version;

    public string? Input { get; } = input;

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public List<HubEvent> History { get; } = [];

    public OrchestrationRuntimeStatus Status { get; set; } = OrchestrationRuntimeStatus.Pending;

    public DateTimeOffset UpdatedAt { get; set; } = createdAt;

    public string? CustomStatus { get; set; }

    public string? Output { get; set; }

    public TaskFailureDetails? Failure { get; set; }

    public bool IsCompleted => Status is OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;

    /// <summary>Actions that nothing in the history answers.</summary>
    public IEnumerable<HubEvent> Open(HubEventKind begin, params HubEventKind[] ends) =>
        History.Where(e => e.Kind == begin && !History.Exists(a => ends.Contains(a.Kind) && a.Id == e.Id));

    /// <summary>Makes a failed instance live again, without the activities that failed: durabletask, AzureTableTrackingStore.RewindHistoryAsync.</summary>
    public void Rewind()
    {
        var failed = History.Where(e => e.Kind == HubEventKind.TaskFailed).Select(e => e.Id).ToHashSet();
        History.RemoveAll(e => e.Kind is HubEventKind.TaskScheduled or HubEventKind.TaskFailed && failed.Contains(e.Id));
        Status = OrchestrationRuntimeStatus.Running;
        Failure = null;
    }

    public OrchestrationMetadata Metadata(bool withData) => new(Name, Id)
    {
        RuntimeStatus = Status,
        CreatedAt = CreatedAt,
        LastUpdatedAt = UpdatedAt,
        SerializedInput = withData ? Input : null,
        SerializedOutput = withData ? Output : null,
        SerializedCustomStatus = withData ? CustomStatus : null,
        FailureDetails = Failure,
        Tags = Tags,
    };
}
