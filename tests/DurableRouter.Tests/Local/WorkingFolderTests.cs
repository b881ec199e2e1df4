using System.Diagnostics;

namespace DurableRouter.Tests.Local;

/// <summary>The manual's commands name files as seen from where the reader stands.</summary>
public sealed class WorkingFolderTests
{
    [Fact]
    public async Task DotnetRun_FromTheRepository_StaysInTheCallersFolder()
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = Repository.Root,
        };
        foreach (var argument in (string[])["msbuild", "src/DurableRouter.Local", "-nodeReuse:false", "-getProperty:OutputType", "-getProperty:RunWorkingDirectory"])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var result = await Cli.FinishAsync(process);

        Assert.Equal("Exe", result.Json.GetProperty("Properties").GetProperty("OutputType").GetString());
        Assert.Equal("", result.Json.GetProperty("Properties").GetProperty("RunWorkingDirectory").GetString());
    }
}
