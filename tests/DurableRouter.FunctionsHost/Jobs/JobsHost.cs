using System.Runtime.ExceptionServices;
using DurableRouter.FunctionsHost.Worker;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Azure.WebJobs.Host;
using Microsoft.Azure.WebJobs.Host.Config;
using Microsoft.Azure.WebJobs.Host.Executors;
using Microsoft.Azure.WebJobs.Host.Timers;

namespace DurableRouter.FunctionsHost.Jobs;

/// <summary>The WebJobs SDK's host with the Durable extension, set up by the app's <c>host.json</c> as the real host does.</summary>
static class JobsHost
{
    /// <param name="settings">See <see cref="AppFolder.Settings"/>.</param>
    public static IHost Build(
        IConfiguration settings, Workers workers, IEnumerable<FunctionDescription> functions, Uri webhooks, Action<ILoggingBuilder> logging)
    {
        var builder = new HostBuilder();
        builder.ConfigureAppConfiguration(config => config.AddConfiguration(settings));
        builder.ConfigureLogging(logging);
        builder.ConfigureWebJobs(jobs =>
        {
            jobs.AddAzureStorageCoreServices();
            jobs.AddDurableTask();
            jobs.AddExtension<InvocationIdBinding>();
        });
        builder.ConfigureServices(services =>
        {
            services.AddSingleton<ITypeLocator>(new JobTypes(functions));
            services.AddSingleton<IHostIdProvider, HostId>();
#pragma warning disable CS0618 // The extension still asks for it.
            services.AddSingleton<IWebHookProvider>(new Webhooks(webhooks));
#pragma warning restore CS0618
            services.AddSingleton<IWebJobsExceptionHandler>(new TimeoutHandler(workers));
            services.Configure<JobHostFunctionTimeoutOptions>(options =>
            {
                options.Timeout = settings.GetSection(AppFolder.HostSection).GetValue("functionTimeout", TimeSpan.FromMinutes(30));
                options.ThrowOnTimeout = true;
            });
        });
        return builder.Build();
    }

    public static async Task<string> DescribeClientAsync(this IJobHost jobs)
    {
        var described = new TaskCompletionSource<string>();
        await jobs.CallAsync(nameof(ClientJob.DescribeClient), new Dictionary<string, object> { ["described"] = described });
        return await described.Task;
    }

    sealed class HostId : IHostIdProvider
    {
        public Task<string> GetHostIdAsync(CancellationToken cancellationToken) => Task.FromResult("tests");
    }

#pragma warning disable CS0618
    sealed class Webhooks(Uri address) : IWebHookProvider
#pragma warning restore CS0618
    {
        public Uri GetUrl(IExtensionConfigProvider extension) => address;
    }

    // azure-functions-host, WebScriptHostExceptionHandler.cs
    sealed class TimeoutHandler(Workers workers) : IWebJobsExceptionHandler
    {
        public Task OnTimeoutExceptionAsync(ExceptionDispatchInfo exceptionInfo, TimeSpan timeoutGracePeriod)
        {
            if (exceptionInfo.SourceException is FunctionTimeoutException { Task.IsCompleted: false } timeout)
            {
                workers.OnTimeout(timeout.InstanceId.ToString(), timeout.MethodName);
            }

            return Task.CompletedTask;
        }

        public Task OnUnhandledExceptionAsync(ExceptionDispatchInfo exceptionInfo)
        {
            exceptionInfo.Throw();
            return Task.CompletedTask;
        }
    }
}
