using System.Diagnostics;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Functions.Tests.Azurite;

/// <summary>A program of <c>tests/tools</c> that runs until its standard input closes.</summary>
sealed class NodeProgram : IAsyncDisposable
{
    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);
    readonly string _name;
    readonly Process _process;
    readonly Task<string> _errors;

    NodeProgram(string name, Process process)
    {
        _name = name;
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <exception cref="InvalidOperationException">Node or its packages can't be had; the message names the command to run.</exception>
    public static NodeProgram Start(string script, IEnumerable<string> arguments) => new(script, NodeTools.Start(script, arguments));

    /// <summary>The next line of its standard output.</summary>
    /// <exception cref="InvalidOperationException">It has ended; the message holds what it said.</exception>
    public async Task<string> ReadLineAsync(CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException($"{_name} has ended: {await _errors}");

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(StopLimit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }
}
