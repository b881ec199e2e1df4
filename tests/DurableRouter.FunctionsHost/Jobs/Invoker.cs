using DurableRouter.FunctionsHost.Http;
using DurableRouter.FunctionsHost.Worker;
using DurableRouter.FunctionsHost.Worker.Rpc;

namespace DurableRouter.FunctionsHost.Jobs;

/// <summary>From a job of the WebJobs SDK to a function in the worker.</summary>
sealed class Invoker(Workers workers, Forwarder forwarder, Recorder recorder, IReadOnlyList<FunctionDescription> functions)
{
    readonly Dictionary<string, FunctionDescription> _functions = functions.ToDictionary(function => function.Name);

    /// <summary>The durable client's description, once the extension has told it.</summary>
    public string Client { get; set; } = "";

    public Task<object?> CallAsync(string function, string input, string invocation, CancellationToken cancellationToken) =>
        workers.InvokeAsync(function, invocation, Inputs(_functions[function], new() { String = input }), cancellationToken);

    public async Task<object?> OrchestrateAsync(string function, string request, string invocation, CancellationToken cancellationToken)
    {
        await recorder.RecordAsync(request);
        return await CallAsync(function, request, invocation, cancellationToken);
    }

    public async Task ServeAsync(string function, HttpContext context, string invocation, CancellationToken cancellationToken)
    {
        var worker = await workers.ReadyAsync(cancellationToken);

        // The real host forwards first: the worker pairs request and invocation by the id, whichever comes first.
        var forwarded = forwarder.SendAsync(context, worker.HttpEndpoint, invocation);
        await worker.InvokeAsync(function, invocation, Inputs(_functions[function], new() { Http = new() }), cancellationToken);
        await forwarded;
    }

    IEnumerable<ParameterBinding> Inputs(FunctionDescription function, TypedData trigger) =>
    [
        new() { Name = function.TriggerParameter, Data = trigger },
        .. function.Clients.Select(client => new ParameterBinding { Name = client, Data = new() { String = Client } }),
    ];
}
