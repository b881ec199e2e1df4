// Named as in the real host; see WorkerProcessExitException.
namespace Microsoft.Azure.WebJobs.Script.Workers.Rpc;

/// <summary>A function failed in the worker. The Durable extension parses this form of message.</summary>
sealed class RpcException(string result, string message, string stack)
    : Exception($"Result: {result}\nException: {message}\nStack: {stack}");
