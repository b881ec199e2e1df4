using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using DurableRouter.FunctionsHost.Worker.Rpc;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Newtonsoft.Json;
using Content = DurableRouter.FunctionsHost.Worker.Rpc.StreamingMessage.ContentOneofCase;
using WorkerFailure = Microsoft.Azure.WebJobs.Script.Workers.Rpc.RpcException;

namespace DurableRouter.FunctionsHost.Worker;

/// <summary>One worker process and the stream of messages with it: from its start over the handshake to its end.</summary>
sealed class WorkerChannel(AppFolder app, ILoggerFactory logs)
{
    // azure-functions-host, WorkerConstants.cs
    static readonly TimeSpan TerminateGrace = TimeSpan.FromSeconds(5);

    // As in the real host: a text that looks like a date stays a text, and a JSON string becomes a string, which the extension insists on.
    static readonly JsonSerializerSettings AsIs = new() { DateParseHandling = DateParseHandling.None };

    readonly Channel<StreamingMessage> _outbox = Channel.CreateUnbounded<StreamingMessage>();
    readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ConcurrentDictionary<string, TaskCompletionSource<object?>> _running = new();
    readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    WorkerProcess? _process;
    Exception? _failure;
    int _unloaded;

    public string Id { get; } = Guid.NewGuid().ToString();

    /// <summary>0 until it has been started.</summary>
    public int ProcessId => _process?.Id ?? 0;

    /// <summary>Completes when it is ready for invocations.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Completes when the process has ended: with the exception for what it was doing, or null after exit code 0.</summary>
    public Task<Exception?> Ended => _process!.Ended;

    /// <summary>Whether these words stand among its process's errors.</summary>
    public bool HasSaid(string words) => _process!.HasSaid(words);

    public IReadOnlyList<FunctionDescription> Functions { get; private set; } = [];

    /// <summary>Where the worker itself serves HTTP.</summary>
    public Uri HttpEndpoint { get; private set; } = null!;

    public int Running => _running.Count;

    public void Start(Uri server)
    {
        _process = new WorkerProcess(app.WorkerStart(Id, server), logs.CreateLogger<WorkerProcess>());
        _ = FailWhenItEndsAsync();
    }

    /// <summary>Serves the worker's stream until one side ends it.</summary>
    public async Task ServeAsync(
        IAsyncStreamReader<StreamingMessage> incoming, IServerStreamWriter<StreamingMessage> outgoing, CancellationToken gone)
    {
        var sending = SendAsync(outgoing, gone);
        var init = new WorkerInitRequest { HostVersion = "4.1037.0.0", WorkerDirectory = app.Folder, FunctionAppDirectory = app.Folder };
        Send(new() { WorkerInitRequest = init });
        await foreach (var message in incoming.ReadAllAsync(gone))
        {
            Handle(message);
        }

        _outbox.Writer.TryComplete();
        await sending;
    }

    /// <summary>Calls a function.</summary>
    /// <returns>What it returned: text, a JSON token, a number, bytes or null.</returns>
    public async Task<object?> InvokeAsync(
        string function, string invocation, IEnumerable<ParameterBinding> inputs, CancellationToken cancellationToken)
    {
        var result = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _running[invocation] = result;
        if (_failure is { } failure)
        {
            result.TrySetException(failure); // it died between our choice of it and this call
        }

        var request = new InvocationRequest { InvocationId = invocation, FunctionId = _ids[function] };
        request.InputData.Add(inputs);
        request.TraceContext = new() { TraceParent = Activity.Current?.Id ?? "", TraceState = Activity.Current?.TraceStateString ?? "" };
        Send(new() { InvocationRequest = request });
        using var cancel = cancellationToken.Register(() => Send(new() { InvocationCancel = new() { InvocationId = invocation } }));
        try
        {
            return await result.Task;
        }
        finally
        {
            _running.TryRemove(invocation, out _);
        }
    }

    public bool IsRunning(string invocation) => _running.ContainsKey(invocation);

    /// <summary>Fails what it is doing. Later calls fail at once.</summary>
    public void Fail(Exception reason)
    {
        _failure = reason;
        foreach (var result in _running.Values)
        {
            result.TrySetException(reason);
        }
    }

    /// <summary>Waits until all that it is doing is done, or until the limit.</summary>
    public async Task DrainAsync(TimeSpan limit)
    {
        var running = Task.WhenAll(_running.Values.Select(result => result.Task));
        await Task.WhenAny(running, Task.Delay(limit));
    }

    /// <summary>Asks it to end, and kills it when it hasn't after the grace that the real host gives.</summary>
    public async Task TerminateAsync()
    {
        Send(new() { WorkerTerminate = new() { GracePeriod = Duration.FromTimeSpan(TerminateGrace) } });
        await Task.WhenAny(Ended, Task.Delay(TerminateGrace));
        Kill();
        await Ended;
    }

    public void Kill() => _process!.Kill();

    async Task FailWhenItEndsAsync() =>
        _ready.TrySetException(await Ended ?? new InvalidOperationException("The worker ended before it was ready."));

    void Handle(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case Content.WorkerInitResponse when Succeeded(message.WorkerInitResponse.Result):
                HttpEndpoint = new Uri(message.WorkerInitResponse.Capabilities["HttpUri"]);
                Send(new() { FunctionsMetadataRequest = new() { FunctionAppDirectory = app.Folder } });
                break;
            case Content.FunctionMetadataResponse when Succeeded(message.FunctionMetadataResponse.Result):
                Load(message.FunctionMetadataResponse.FunctionMetadataResults);
                break;
            case Content.FunctionLoadResponse when Succeeded(message.FunctionLoadResponse.Result):
                Loaded();
                break;
            case Content.InvocationResponse when _running.TryGetValue(message.InvocationResponse.InvocationId, out var result):
                Complete(result, message.InvocationResponse);
                break;
            case Content.RpcLog:
                Log(message.RpcLog);
                break;
        }
    }

    void Load(IReadOnlyCollection<RpcFunctionMetadata> functions)
    {
        Functions = [.. functions.Select(FunctionDescription.From)];
        foreach (var function in functions)
        {
            _ids[function.Name] = function.FunctionId;
        }

        _unloaded = functions.Count;
        foreach (var function in functions)
        {
            Send(new() { FunctionLoadRequest = new() { FunctionId = function.FunctionId, Metadata = function } });
        }
    }

    void Loaded()
    {
        if (--_unloaded == 0)
        {
            _ready.TrySetResult();
        }
    }

    bool Succeeded(StatusResult result)
    {
        if (result.Status == StatusResult.Types.Status.Success)
        {
            return true;
        }

        _ready.TrySetException(Failure(result));
        return false;
    }

    static void Complete(TaskCompletionSource<object?> result, InvocationResponse response)
    {
        if (response.Result.Status == StatusResult.Types.Status.Success)
        {
            result.TrySetResult(Value(response.ReturnValue));
        }
        else
        {
            result.TrySetException(Failure(response.Result));
        }
    }

    static WorkerFailure Failure(StatusResult result) =>
        new(result.Status.ToString(), result.Exception?.Message ?? "", result.Exception?.StackTrace ?? "");

    static object? Value(TypedData? data) => data?.DataCase switch
    {
        TypedData.DataOneofCase.String => data.String,
        TypedData.DataOneofCase.Json => JsonConvert.DeserializeObject(data.Json, AsIs),
        TypedData.DataOneofCase.Bytes => data.Bytes.ToByteArray(),
        TypedData.DataOneofCase.Int => data.Int,
        TypedData.DataOneofCase.Double => data.Double,
        _ => null,
    };

    // Under the worker's own category, so that host.json filters it.
    void Log(RpcLog line) =>
        logs.CreateLogger(line.Category).Log((LogLevel)line.Level, "{Message} {Exception}", line.Message, line.Exception?.Message);

    void Send(StreamingMessage message) => _outbox.Writer.TryWrite(message);

    async Task SendAsync(IServerStreamWriter<StreamingMessage> outgoing, CancellationToken gone)
    {
        await foreach (var message in _outbox.Reader.ReadAllAsync(gone))
        {
            await outgoing.WriteAsync(message, gone);
        }
    }
}
