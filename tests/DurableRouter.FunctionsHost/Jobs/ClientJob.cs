using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;

namespace DurableRouter.FunctionsHost.Jobs;

/// <summary>Asks the Durable extension for what a worker needs to make its client: the JSON text that the binding hands out.</summary>
public static class ClientJob
{
    [NoAutomaticTrigger]
    [FunctionName(nameof(DescribeClient))]
#pragma warning disable DF0203 // The analyzer is meant for apps; a host takes the text that it hands to a worker.
    public static void DescribeClient([DurableClient] string client, TaskCompletionSource<string> described) => described.SetResult(client);
#pragma warning restore DF0203
}
