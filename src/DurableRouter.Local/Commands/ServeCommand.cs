using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DurableRouter.Core.Definitions;
using DurableRouter.Engine;
using DurableRouter.Http.Access;
using DurableRouter.Local.Output;
using DurableRouter.Local.Serving;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace DurableRouter.Local.Commands;

/// <summary>Holds a data folder, runs what is in it, and serves the HTTP interface until it is told to stop.</summary>
static class ServeCommand
{
    public static readonly Uri DefaultUrl = new("http://127.0.0.1:5080");

    static readonly Option<string> Urls = new("--urls")
    {
        Description = "Where to listen, separated by semicolons",
        DefaultValueFactory = _ => DefaultUrl.GetLeftPart(UriPartial.Authority),
        HelpName = "URLS",
    };

    static readonly Option<bool> Public = new("--public") { Description = "Allow addresses that others can reach; needs keys, and TLS or --behind-proxy" };

    static readonly Option<bool> BehindProxy = new("--behind-proxy") { Description = "A proxy in front of this host speaks TLS" };

    static readonly Option<string?> Certificate = new("--certificate")
    {
        Description = "A .pfx file for https addresses [env: DURABLEROUTER_CERTIFICATE_PASSWORD for its password]",
        HelpName = "FILE",
    };

    static readonly Option<bool> Relaxed = new("--relaxed-durability")
    {
        Description = "Faster commits that survive the death of the process, but perhaps not a power loss",
    };

    static readonly Option<LogLevel> Level = new("--log-level")
    {
        Description = "Least level of log lines on standard error",
        DefaultValueFactory = _ => LogLevel.Warning,
        CustomParser = OptionValue.Word<LogLevel>,
    };

    public static Command Create() => new Command("serve", "Serve the HTTP interface and run what is in the data folder")
    {
        Urls, SharedOptions.Config, SharedOptions.Data, Public, BehindProxy, Certificate, Relaxed, Level,
    }.Does(async (parse, terminal, cancellationToken) =>
    {
        var keys = ApiKeys.Read(Environment.GetEnvironmentVariable(ApiKeys.Variable));
        using var certificate = Load(parse.GetValue(Certificate));
        var policy = new BindPolicy(keys.Count > 0, parse.GetValue(Public), certificate is not null, parse.GetValue(BehindProxy));
        var bindings = policy.Bindings(parse.GetRequiredValue(Urls));
        var relaxed = parse.GetValue(Relaxed);
        var level = parse.GetValue(Level);
        using var logs = Logs();
        using var loggers = new LoggerFactory([logs], new LoggerFilterOptions { MinLevel = level });
        var options = new EngineOptions
        {
            // For tests of recovery; docs: CrashPoints in the engine.
            CrashAt = Environment.GetEnvironmentVariable("DURABLEROUTER_CRASH_AT"),
            DataFolder = SharedOptions.DataFolder(parse),
            Durability = relaxed ? Durability.ProcessDeath : Durability.PowerLoss,
        };
        await using var host = HostComposition.Create(SharedOptions.ConfigFolder(parse), options, loggers);
        await using var server = await RouterServer.StartAsync(host, bindings, keys, certificate, logs, level, cancellationToken);
        Greet(terminal, server.Url, options, host, keys.Count);
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellationToken.Register(stop.SetResult))
        {
            await stop.Task;
        }

        terminal.Progress("Stopping: calls that are out come home first. Everything accepted is kept.");
        return ExitCodes.Ok;
    });

    static void Greet(Terminal terminal, string url, EngineOptions options, HostComposition host, int keys)
    {
        RunText.Write(terminal.Out, $"durable-router listens on {url}");
        RunText.Write(terminal.Out, $"  data       {Path.GetFullPath(options.DataFolder)}");
        RunText.Write(terminal.Out, $"  pipelines  {string.Join(", ", host.Definitions.All.Select(p => p.Name))}");
        RunText.Write(terminal.Out, $"  models     {Models(host)}");
        RunText.Write(terminal.Out, $"  callers    {(keys == 0 ? "this machine only, without a key" : $"{keys} keys")}");
        if (options.Durability != Durability.PowerLoss)
        {
            RunText.Write(terminal.Out, "  durability RELAXED: commits survive the death of this process, but perhaps not a power loss");
        }

        RunText.Write(terminal.Out, $"Start a run: durable-router run --input FILE, or POST {url}/api/pipelines/NAME/runs. Stop with Ctrl-C.");
    }

    static string Models(HostComposition host)
    {
        var catalog = host.Config.Catalog;
        var simulated = catalog.Models.Count(m => catalog.Providers[m.Provider].Kind == ProviderKind.Simulated);
        return simulated == catalog.Models.Count ? $"{simulated}, all simulated" : $"{catalog.Models.Count}, {simulated} of them simulated";
    }

    static X509Certificate2? Load(string? file)
    {
        try
        {
            return file is null ? null
                : X509CertificateLoader.LoadPkcs12FromFile(file, Environment.GetEnvironmentVariable("DURABLEROUTER_CERTIFICATE_PASSWORD"));
        }
        catch (Exception e) when (e is CryptographicException or IOException)
        {
            throw new UsageException($"--certificate: {file} can't be read: {e.Message} Set DURABLEROUTER_CERTIFICATE_PASSWORD if it has a password.");
        }
    }

    static ConsoleLoggerProvider Logs() => new(new FixedOptions(new ConsoleLoggerOptions
    {
        LogToStandardErrorThreshold = LogLevel.Trace,
        FormatterName = ConsoleFormatterNames.Simple,
    }));

    /// <summary>Options that nothing changes while the host runs.</summary>
    sealed class FixedOptions(ConsoleLoggerOptions value) : IOptionsMonitor<ConsoleLoggerOptions>
    {
        public ConsoleLoggerOptions CurrentValue => value;

        public ConsoleLoggerOptions Get(string? name) => value;

        public IDisposable? OnChange(Action<ConsoleLoggerOptions, string?> listener) => null;
    }
}
