// Compared with microsoft/durabletask-dotnet 1.25.0, src/Client/Core/PurgeResult.cs and PurgeInstanceOptions.cs.
namespace Microsoft.DurableTask.Client;

public class PurgeResult(int count)
{
    public int PurgedInstanceCount { get; } = count;
}

public record PurgeInstanceOptions(bool Recursive = false);
