using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Azure.WebJobs.Script.Workers;

namespace DurableRouter.FunctionsHost.Worker;

/// <summary>One worker process, from its start to its end.</summary>
sealed class WorkerProcess
{
    // azure-functions-host, WorkerProcessUtilities.cs
    const int LinesInException = 3;

    readonly Process _process;
    readonly ILogger _log;
    readonly ConcurrentQueue<string> _errors = new();
    readonly TaskCompletionSource<Exception?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WorkerProcess(ProcessStartInfo start, ILogger log)
    {
        _log = log;
        _process = new() { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Say(LogLevel.Information, line.Data);
        _process.ErrorDataReceived += (_, line) => Say(LogLevel.Error, line.Data);
        _process.Exited += (_, _) => OnExit();
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        log.LogInformation("worker process {Pid} started", _process.Id);
    }

    public int Id => _process.Id;

    /// <summary>Completes when it has ended: with the exception for what it was doing, or null after exit code 0.</summary>
    public Task<Exception?> Ended => _ended.Task;

    /// <summary>Whether these words stand among its errors.</summary>
    public bool HasSaid(string words) => _errors.Any(line => line.Contains(words, StringComparison.OrdinalIgnoreCase));

    public void Kill() => _process.Kill(entireProcessTree: true);

    void OnExit()
    {
        _process.WaitForExit(); // until its last lines are read
        var code = _process.ExitCode;
        _log.LogWarning("worker process {Pid} ended with {Code}", _process.Id, code);
        var said = string.Join(',', _errors.TakeLast(LinesInException));
        _ended.TrySetResult(code == 0
            ? null
            : new WorkerProcessExitException($"{_process.StartInfo.FileName} exited with code {code} (0x{code:X})", new Exception(said)));
    }

    void Say(LogLevel level, string? line)
    {
        if (line is null)
        {
            return;
        }

        if (level == LogLevel.Error)
        {
            _errors.Enqueue(line);
        }

        _log.Log(level, "worker: {Line}", line);
    }
}
