using System.CommandLine;
using DurableRouter.Local.Output;
using DurableRouter.Local.Sessions;
using Spectre.Console;

namespace DurableRouter.Local.Commands;

/// <summary>Stops a run for a while, lets it go on, or ends it.</summary>
static class SteeringCommands
{
    static readonly Option<string?> Reason = new("--reason") { Description = "Stands in the run's history", HelpName = "TEXT" };

    public static Command CreateSuspend() => Steer("suspend", "Stop a run after the calls that are out; nothing is lost",
        static (session, runId, reason, cancellationToken) => session.SuspendAsync(runId, reason, cancellationToken));

    public static Command CreateTerminate() => Steer("terminate", "End a run for good; its results so far and its ledger are kept",
        static (session, runId, reason, cancellationToken) => session.TerminateAsync(runId, reason, cancellationToken));

    public static Command CreateResume() => new Command("resume", "Let a suspended run, or one that needs attention, go on")
    {
        SharedOptions.RunId, Reason, SharedOptions.Config, SharedOptions.Data, SharedOptions.Json, SharedOptions.Quiet,
    }.Does(async (parse, terminal, cancellationToken) =>
    {
        var runId = parse.GetRequiredValue(SharedOptions.RunId);
        await using var session = await SessionOpener.OpenAsync(SharedOptions.ConfigFolder(parse), SharedOptions.DataFolder(parse), Access.Drive);
        var last = await new RunFollower(session, terminal).LastEventAsync(runId, cancellationToken);
        await session.ResumeAsync(runId, parse.GetValue(Reason), cancellationToken);
        return await RunCommand.FinishAsync(session, terminal, runId, last, cancellationToken);
    });

    static Command Steer(string name, string description, Func<IRouterSession, string, string?, CancellationToken, Task> steer) => new Command(name, description)
    {
        SharedOptions.RunId, Reason, SharedOptions.Config, SharedOptions.Data, SharedOptions.Json,
    }.Does(async (parse, terminal, cancellationToken) =>
    {
        var runId = parse.GetRequiredValue(SharedOptions.RunId);
        await using var session = await SessionOpener.OpenAsync(SharedOptions.ConfigFolder(parse), SharedOptions.DataFolder(parse), Access.Steer);
        await steer(session, runId, parse.GetValue(Reason), cancellationToken);
        var run = await session.GetAsync(runId, cancellationToken);
        if (terminal.Json)
        {
            terminal.WriteJson(run.Json.WriteTo);
        }
        else
        {
            terminal.Out.MarkupLine($"{Terminal.Escape(runId)}  {RunText.Status(run.Value)}");
        }

        return ExitCodes.Ok;
    });
}
