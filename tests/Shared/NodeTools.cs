using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace DurableRouter.Tests.Shared;

/// <summary>Runs the small Node programs of <c>tests/tools</c>: reference implementations the tests compare with.</summary>
/// <remarks>
/// The packages of the lock file are installed on first use. A stamp in <c>node_modules</c> tells which lock file they came from; a named
/// mutex keeps parallel test classes and test processes from installing over each other.
/// </remarks>
public static class NodeTools
{
    const string StampName = ".durablerouter-lock";

    static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(10);
    static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(3);
    static readonly Lazy<string> Installed = new(Install);

    /// <summary>The folder with the programs and their packages, installed.</summary>
    public static string Folder => Installed.Value;

    /// <summary>Feeds lines to a program and returns the lines it answers with.</summary>
    /// <param name="script">File name within <c>tests/tools</c>.</param>
    /// <param name="lines">One JSON text each, without line breaks.</param>
    /// <exception cref="InvalidOperationException">The program failed; the message holds what it said.</exception>
    public static async Task<IReadOnlyList<string>> RunAsync(string script, IEnumerable<string> lines)
    {
        using var limit = new CancellationTokenSource(RunLimit);
        using var process = Start("node", [Path.Combine(Folder, script)], Folder);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            try
            {
                foreach (var line in lines)
                {
                    await process.StandardInput.WriteLineAsync(line.AsMemory(), limit.Token);
                }

                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The program ended early; its exit code and error output say why.
            }
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"node {script} ended with {process.ExitCode}: {await errors}");
            }

            return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Starts a program and leaves it to the caller, who reads its output and closes its input.</summary>
    /// <param name="script">File name within <c>tests/tools</c>.</param>
    public static Process Start(string script, IEnumerable<string> arguments) =>
        Start("node", [Path.Combine(Folder, script), .. arguments], Folder);

    static string Install()
    {
        var folder = FindFolder();
        var lockHash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "package-lock.json"))));
        var stamp = Path.Combine(folder, "node_modules", StampName);
        var folderHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)))[..16];
        using var mutex = new Mutex(false, $@"Global\durablerouter-tools-{folderHash}");
        try
        {
            if (!mutex.WaitOne(InstallLimit))
            {
                throw new InvalidOperationException($"Another process holds the installation of {folder}.");
            }
        }
        catch (AbandonedMutexException)
        {
            // Its owner died; the stamp tells whether it had finished.
        }
        try
        {
            if (File.Exists(stamp) && File.ReadAllText(stamp) == lockHash)
            {
                return folder;
            }

            RunNpm(folder);
            File.WriteAllText(stamp, lockHash);
            return folder;
        }
        finally
        {
            mutex.ReleaseMutex();
        }
    }

    static void RunNpm(string folder)
    {
        var isWindows = OperatingSystem.IsWindows();
        string[] arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        using var process = Start(isWindows ? "cmd.exe" : "npm", isWindows ? ["/c", "npm", .. arguments] : arguments, folder);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(InstallLimit))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"'npm ci' did not end within {InstallLimit}. {Cure(folder)}");
        }
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'npm ci' ended with {process.ExitCode}. {Cure(folder)}\n{output.Result}\n{errors.Result}");
        }
    }

    static Process Start(string program, IEnumerable<string> arguments, string folder)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException(
                $"'{program}' can't be started: these tests need Node.js 20 or later with npm. {Cure(folder)}", e);
        }
    }

    static string Cure(string folder) => $"Run: npm ci --prefix {folder}";

    static string FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var tools = Path.Combine(folder.FullName, "tests", "tools");
            if (File.Exists(Path.Combine(tools, "package-lock.json")))
            {
                return tools;
            }
        }
        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds tests/tools/package-lock.json.");
    }
}
