using System.Net;
using DurableRouter.Tests.Shared;
using DurableTask.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Functions.Tests.InProcess;

/// <summary>Durable Task's own engine and worker in this process: orchestrations are replayed by the code that replays them on Azure, instances are in
/// memory, and time is the test's.</summary>
/// <remarks>The package's own <c>DurableTaskTestHost</c> draws a random port, and takes the machine's time.</remarks>
sealed class InProcessHub : IAsyncDisposable
{
    static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(1);
    readonly WebApplication _engine;
    readonly GrpcChannel _channel;
    readonly IHost _worker;

    InProcessHub(WebApplication engine, GrpcChannel channel, IHost worker) => (_engine, _channel, _worker) = (engine, channel, worker);

    public DurableTaskClient Client => _worker.Services.GetRequiredService<DurableTaskClient>();

    public static async Task<InProcessHub> StartAsync(Action<DurableTaskRegistry> tasks, VirtualClock clock)
    {
        var engine = Engine(new VirtualTimeService(clock), clock);
        await engine.StartAsync();
        var channel = GrpcChannel.ForAddress(engine.Urls.Single(), new GrpcChannelOptions { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
        var worker = Worker(channel, tasks);
        await worker.StartAsync();
        return new InProcessHub(engine, channel, worker);
    }

    public async ValueTask DisposeAsync()
    {
        // Neither waits for orchestrations that nobody ends.
        using var limit = new CancellationTokenSource(StopWithin);
        await _worker.StopAsync(limit.Token);
        _worker.Dispose();
        _channel.Dispose();
        await _engine.StopAsync(limit.Token);
        await _engine.DisposeAsync();
    }

    static WebApplication Engine(VirtualTimeService service, VirtualClock clock)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRouting().AddGrpc(grpc => (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (null, null));
        builder.Services.AddSingleton(clock).AddSingleton<IOrchestrationService>(service).AddSingleton<IOrchestrationServiceClient>(service)
            .AddSingleton<VirtualTimeServer>();
        var engine = builder.Build();
        engine.MapGrpcService<VirtualTimeServer>();
        return engine;
    }

    static IHost Worker(GrpcChannel channel, Action<DurableTaskRegistry> tasks)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddDurableTaskWorker(worker => worker.UseGrpc(channel).AddTasks(tasks));
        builder.Services.AddDurableTaskClient(client => client.UseGrpc(channel).RegisterDirectly());
        return builder.Build();
    }
}
