using DurableRouter.Local.Output;

namespace DurableRouter.Local.Sessions;

/// <summary>Follows one run to its end or to the next pause that needs a person, telling its events on the way.</summary>
internal sealed class RunFollower(IRouterSession session, Terminal terminal)
{
    // Some changes of a run's state are no event; this bounds how long they go unseen.
    static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <param name="after">The id of the last event that was told already; null tells all.</param>
    /// <param name="decided">An approval that the run may still seem to wait for, because its decision hasn't reached the run yet.</param>
    public async Task<Document<RunInfo>> FollowAsync(string runId, string? after, string? decided, CancellationToken cancellationToken)
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

            var stale = decided is not null && run.Value.CustomStatus?.WaitingFor?.Contains(decided, StringComparison.Ordinal) == true;
            if (run.Value.IsTerminal || (run.Value.IsPaused && !stale))
            {
                return run;
            }

            await session.WaitForEventAsync(runId, after, Look, cancellationToken);
        }
    }

    /// <summary>The id of the newest event; null when there is none.</summary>
    public async Task<string?> LastEventAsync(string runId, CancellationToken cancellationToken) =>
        (await session.EventsAsync(runId, null, cancellationToken)) is [.., var last] ? last.Id : null;
}
