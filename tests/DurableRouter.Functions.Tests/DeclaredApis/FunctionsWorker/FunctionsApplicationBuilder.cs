// Compared with Azure/azure-functions-dotnet-worker, src/DotNetWorker/Builder/FunctionsApplicationBuilder.cs (commit fb11333, worker 2.52.0).
// The original is an IHostApplicationBuilder over a HostApplicationBuilder, whose Build gives an IHost that talks to the Functions host;
// this one builds the same services into a process of the tests.
using DurableRouter.Functions.Tests.Host;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Azure.Functions.Worker.Builder;

public class FunctionsApplicationBuilder
{
    readonly WebApplicationBuilder _inner;
    bool _web;

    internal FunctionsApplicationBuilder(string[]? args) =>
        _inner = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

    public ConfigurationManager Configuration => _inner.Configuration;

    public IServiceCollection Services => _inner.Services;

    public IHost Build() => _web ? WorkerProcess.Build(_inner) : throw new InvalidOperationException("The app's HTTP functions need ASP.NET Core.");

    internal FunctionsApplicationBuilder UseWeb()
    {
        _web = true;
        return this;
    }
}
