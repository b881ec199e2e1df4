using DurableRouter.FunctionsHost.Worker.Rpc;
using Grpc.Core;

namespace DurableRouter.FunctionsHost.Worker;

/// <summary>Where workers connect.</summary>
sealed class RpcService(Workers workers) : FunctionRpc.FunctionRpcBase
{
    public override async Task EventStream(
        IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
    {
        var worker = workers.Current;
        if (!await requestStream.MoveNext(context.CancellationToken) || requestStream.Current.StartStream?.WorkerId != worker.Id)
        {
            return;
        }

        try
        {
            await worker.ServeAsync(requestStream, responseStream, context.CancellationToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The worker's end of the stream broke; the end of its process says why.
        }
    }
}
