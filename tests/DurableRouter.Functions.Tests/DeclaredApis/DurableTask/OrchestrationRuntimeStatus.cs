// Compared with microsoft/durabletask-dotnet 1.25.0, src/Client/Core/OrchestrationRuntimeStatus.cs. The two obsolete members keep the
// numbers of the others.
namespace Microsoft.DurableTask.Client;

public enum OrchestrationRuntimeStatus
{
    Running,
    Completed,
    [Obsolete("As in the original.")]
    ContinuedAsNew,
    Failed,
    [Obsolete("As in the original.")]
    Canceled,
    Terminated,
    Pending,
    Suspended,
}
