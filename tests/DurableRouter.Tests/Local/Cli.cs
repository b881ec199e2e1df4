using System.Diagnostics;
using System.Text.Json;

namespace DurableRouter.Tests.Local;

/// <summary>The real program as a process of its own, on a data folder that is gone afterwards.</summary>
public sealed class Cli : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public string Folder { get; } = Directory.CreateTempSubdirectory("durable-router-cli-").FullName;

    public string Data => Path.Combine(Folder, "data");

    /// <summary>The configuration beside the program unless set.</summary>
    public string? Config { get; init; }

    public static string Sample(string name) => Path.Combine(AppContext.BaseDirectory, "samples", "documents", name);

    /// <summary>A file in the test's folder.</summary>
    public string Write(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return path;
    }

    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
            WorkingDirectory = Folder,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "durable-router.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["DURABLEROUTER_DATA"] = Data;
        start.Environment["DURABLEROUTER_CONFIG"] = Config ?? "";
        return Process.Start(start)!;
    }

    public async Task<CliResult> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        return await FinishAsync(process);
    }

    public static async Task<CliResult> FinishAsync(Process process)
    {
        var stdout = process.StandardOutput.ReadToEndAsync();
        var stderr = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The program did not end. It said: {await stdout} {await stderr}");
        }

        return new CliResult(process.ExitCode, await stdout, await stderr);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

public sealed record CliResult(int ExitCode, string Out, string Error)
{
    /// <summary>Standard output as the one JSON object that it has to be.</summary>
    public JsonElement Json => JsonElement.Parse(Out);

    public override string ToString() => $"exit {ExitCode}\n{Out}\n{Error}";
}
