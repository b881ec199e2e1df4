using DurableRouter.Local.Output;

namespace DurableRouter.Local.Sessions;

/// <summary>Follows one run to its end or to the next pause that needs a person, telling its events on the way.</summary>
sealed class RunFollower(IRouterSession session, Terminal terminal)
{
    // Some changes of a run's state are no event; this bounds how long they go unseen.
    static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <param name="after">The id of the last event that was told already; null tells all.</param>
    public async Task<Document<RunInfo>> FollowAsync(string runId, string? after, CancellationToken cancellationToken)
    {
        var lines = new EventLines(await session.TiersAsync(cancellationToken), terminal.Error.Profile.Width);
        while (true)
        {
            // The state first: then the events that led to it are all there.
            var run = await session.GetAsync(runId, cancellationToken);
            foreach (var told in await session.EventsAsync(runId, after, cancellationToken))
            {
                after = told.Id;
                if (lines.Of(told) is { } line)
                {
                    terminal.Progress(line);
                }
            }

            if (run.Value.IsTerminal || (run.Value.IsPaused && !await IsWakingAsync(run.Value, cancellationToken)))
            {
                return run;
            }

            await session.WaitForEventAsync(runId, after, Look, cancellationToken);
        }
    }

    /// <summary>True when what the run seems to wait for is decided already and only hasn't reached it yet.</summary>
    async Task<bool> IsWakingAsync(RunInfo run, CancellationToken cancellationToken) =>
        run.RuntimeStatus != "Suspended" && run.CustomStatus?.WaitingFor?.Split(' ') is [_, var id] && id.StartsWith("apr-", StringComparison.Ordinal)
        && (await session.ApprovalAsync(id, cancellationToken)).Value.Status != "pending";

    /// <summary>The id of the newest event; null when there is none.</summary>
    public async Task<string?> LastEventAsync(string runId, CancellationToken cancellationToken) =>
        (await session.EventsAsync(runId, null, cancellationToken)) is [.., var last] ? last.Id : null;
}
