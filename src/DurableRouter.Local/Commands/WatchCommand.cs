using System.CommandLine;
using DurableRouter.Local.Sessions;

namespace DurableRouter.Local.Commands;

/// <summary>Follows a run from its beginning to its end or next pause. Without a living host the run goes on in this process.</summary>
static class WatchCommand
{
    public static Command Create() => new Command("watch", "Follow a run to its end or next pause")
    {
        SharedOptions.RunId, SharedOptions.Config, SharedOptions.Data, SharedOptions.Json, SharedOptions.Quiet,
    }.Does(async (parse, terminal, cancellationToken) =>
    {
        await using var session = await SessionOpener.OpenAsync(SharedOptions.ConfigFolder(parse), SharedOptions.DataFolder(parse), Access.Drive);
        return await RunCommand.FinishAsync(session, terminal, parse.GetRequiredValue(SharedOptions.RunId), after: null, cancellationToken);
    });
}
