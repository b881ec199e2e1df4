using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using DurableRouter.FunctionsHost;
using DurableRouter.FunctionsHost.Http;
using DurableRouter.FunctionsHost.Jobs;
using DurableRouter.FunctionsHost.Storage;
using DurableRouter.FunctionsHost.Worker;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Azure.WebJobs.Host.Config;
using Microsoft.Extensions.Logging.Console;
using Yarp.ReverseProxy.Forwarder;

// Runs a published app: --app FOLDER [--hub NAME] [--record FOLDER] [--storage-delay MILLISECONDS [--twice true]] [--hook ASSEMBLY]
// App settings are environment variables, as on the platform. With a delay, 0 included, requests to storage are counted and held up so
// long, and with "twice" each activity is delivered twice. It prints one line of JSON when it is ready, and ends when its standard input closes.
var options = new ConfigurationBuilder().AddCommandLine(args).Build();
var app = new AppFolder(options["app"] ?? throw new ArgumentException("--app FOLDER is missing."), options["hook"]);
Environment.SetEnvironmentVariable("FUNCTIONS_WORKER_RUNTIME", "dotnet-isolated");
Environment.SetEnvironmentVariable("CONTAINER_NAME", null); // the extension would take it for a host on Azure, and log for that

var settings = app.Settings(options["hub"]);
var hostJson = settings.GetSection(AppFolder.HostSection);
void Logging(ILoggingBuilder logging)
{
    logging.ClearProviders();
    logging.AddConfiguration(hostJson.GetSection("logging"));
    logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
    logging.AddFilter("Yarp", LogLevel.Warning);
    logging.AddSimpleConsole(console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss.fff "));
    logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
}

WebApplication Serve(HttpProtocols protocols, Action<IServiceCollection> services)
{
    var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
    Logging(builder.Logging);
    builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 104_857_600; // as the real host
        kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols);
    });
    builder.Services.AddRouting();
    services(builder.Services);
    return builder.Build();
}

static Uri AddressOf(WebApplication server) => new(server.Urls.Single());

static async Task<Uri> StartAsync(WebApplication server, RequestDelegate handle)
{
    server.Run(handle);
    await server.StartAsync();
    return AddressOf(server);
}

var web = Serve(HttpProtocols.Http1, services => services.AddHttpForwarder());
var yarp = web.Services.GetRequiredService<IHttpForwarder>();
StorageCounts? counts = null;
if (options["storage-delay"] is { } delay)
{
    counts = new StorageCounts(hostJson["extensions:durableTask:hubName"]!);
    var proxy = new StorageProxy(counts, TimeSpan.FromMilliseconds(double.Parse(delay, CultureInfo.InvariantCulture)),
        options["twice"] is not null, yarp);
    await proxy.InsertAsync(settings["AzureWebJobsStorage"]!, handle => StartAsync(Serve(HttpProtocols.Http1, _ => { }), handle));
}

var rpc = Serve(HttpProtocols.Http2, services => services.AddSingleton(app).AddSingleton<Workers>().AddGrpc(grpc =>
    (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (null, null)));
var workers = rpc.Services.GetRequiredService<Workers>();
rpc.MapGrpcService<RpcService>();
await rpc.StartAsync();
var functions = await workers.StartAsync(AddressOf(rpc));

HttpFront? front = null;
var address = await StartAsync(web, context => front!.HandleAsync(context));

var webhook = new Uri(address, $"{DurableWebhook.Path}?code={DurableWebhook.Key}");
using var jobs = JobsHost.Build(settings, workers, functions, webhook, Logging);
var host = jobs.Services.GetRequiredService<IJobHost>();
JobMethods.Invoker = new Invoker(workers, new Forwarder(yarp), new Recorder(options["record"]), functions);
var extension = jobs.Services.GetServices<IExtensionConfigProvider>().OfType<DurableTaskExtension>().Single();
var routes = new FunctionRoutes(functions, hostJson["extensions:http:routePrefix"] ?? "api");
var log = jobs.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Host");
front = new HttpFront(routes, host, new DurableWebhook(extension), hostJson.GetValue("extensions:http:maxConcurrentRequests", 100), log);
await jobs.StartAsync();
JobMethods.Invoker.Client = await host.DescribeClientAsync();

var control = Serve(HttpProtocols.Http1, _ => { });
var lifetime = jobs.Services.GetRequiredService<IHostApplicationLifetime>();
control.MapControl(workers, routes, host, counts, lifetime.StopApplication);
await control.StartAsync();
Console.WriteLine(JsonSerializer.Serialize(new { http = address, control = AddressOf(control), worker = workers.Current.ProcessId }));

_ = Task.Run(async () =>
{
    await Console.OpenStandardInput().CopyToAsync(Stream.Null);
    Process.GetCurrentProcess().Kill(); // whoever started this is gone; the worker follows
});
await await Task.WhenAny(jobs.WaitForShutdownAsync(), workers.Broken);
await workers.StopAsync();
await web.StopAsync();
