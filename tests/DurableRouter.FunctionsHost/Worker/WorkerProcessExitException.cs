// The Durable extension looks for the exceptions of the real host by their names, and an orchestrator reads those names in a failure's
// details.
namespace Microsoft.Azure.WebJobs.Script.Workers;

/// <summary>The worker process ended while it was needed.</summary>
sealed class WorkerProcessExitException(string message, Exception inner) : Exception(message, inner);
