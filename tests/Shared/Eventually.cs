namespace DurableRouter.Tests.Shared;

/// <summary>Waits in real time for what other threads or processes do. Patience is generous: machines are slow at times, and how fast something
/// was is never the point.</summary>
public static class Eventually
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    // Time in which the whole machine stood still is nobody's delay.
    static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(30);

    public static Task HoldsAsync(Func<bool> condition, string what) => HoldsAsync(() => Task.FromResult(condition()), what);

    /// <param name="what">Completes "it never came that ...".</param>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what) =>
        Assert.True(await TryAsync(condition), $"within {Patience} it never came that {what}");

    /// <param name="patience">Null: <see cref="Patience"/>.</param>
    /// <returns>False when patience ended first.</returns>
    public static async Task<bool> TryAsync(Func<Task<bool>> condition, TimeSpan? patience = null)
    {
        var waited = TimeSpan.Zero;
        for (var last = TimeProvider.System.GetTimestamp(); !await condition(); last = TimeProvider.System.GetTimestamp())
        {
            if (waited > (patience ?? Patience))
            {
                return false;
            }

            await Task.Delay(Look);
            var look = TimeProvider.System.GetElapsedTime(last);
            waited += look < LongestLook ? look : LongestLook;
        }

        return true;
    }
}
