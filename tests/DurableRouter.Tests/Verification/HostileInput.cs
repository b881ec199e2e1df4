namespace DurableRouter.Tests.Verification;

/// <summary>Says that work on a text made to be slow stays bounded.</summary>
static class HostileInput
{
    // What is bounded takes a second or two; what is quadratic in the sizes of these tests takes many minutes. In between there is room for a machine
    // that is busy with other things.
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    public static void AssertBounded(Action work)
    {
        var started = TimeProvider.System.GetTimestamp();
        work();
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        Assert.True(elapsed < Limit, $"took {elapsed}");
    }
}
