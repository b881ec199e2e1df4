// Compared with microsoft/durabletask-dotnet 1.25.0, src/Abstractions/TaskOptions.cs. No retry policy: attempt activities are never
// retried by the engine, so nothing of it is declared.
namespace Microsoft.DurableTask;

public record TaskOptions;
