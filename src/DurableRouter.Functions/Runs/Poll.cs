namespace DurableRouter.Functions.Runs;

/// <summary>Waiting for another instance's work. The stores can't call back, so it is asked, ever less often.</summary>
static class Poll
{
    static readonly TimeSpan First = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    /// <summary>Returns when the condition holds or the time limit has passed. The patience is the caller's: real time.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var pause = First; !await condition(); pause = pause * 1.5 < Longest ? pause * 1.5 : Longest)
        {
            var left = limit - TimeProvider.System.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            await Task.Delay(pause < left ? pause : left, TimeProvider.System, cancellationToken);
        }
    }
}
