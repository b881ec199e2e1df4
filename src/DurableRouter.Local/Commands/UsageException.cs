namespace DurableRouter.Local.Commands;

/// <summary>The command line asks for something that can't be done as it stands. The message ends with what to do.</summary>
sealed class UsageException(string message) : Exception(message);
