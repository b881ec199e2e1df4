// Compared with microsoft/durabletask-dotnet 1.25.0, src/Client/Core/TerminateInstanceOptions.cs.
namespace Microsoft.DurableTask.Client;

public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);
