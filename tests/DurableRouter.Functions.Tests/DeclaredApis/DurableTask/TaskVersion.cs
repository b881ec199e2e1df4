// Compared with microsoft/durabletask-dotnet 1.25.0, src/Abstractions/TaskVersion.cs.
namespace Microsoft.DurableTask;

public readonly struct TaskVersion(string? version)
{
    readonly string? _version = version;

    public string Version => _version ?? string.Empty;

    public static implicit operator TaskVersion(string? value) => new(value);
}
