using System.Globalization;
using DurableRouter.Simulation.Server;

namespace DurableRouter.Tests.Models;

/// <summary>How long a provider asks to wait, in every form that it says so.</summary>
public class OpenAIChatClientWaitTests
{
    [Theory]
    [InlineData("Retry-After", "7", 7_000)]
    [InlineData("Retry-After", "0.5", 500)]
    [InlineData("retry-after-ms", "1250", 1_250)]
    [InlineData("x-ms-retry-after-ms", "1750", 1_750)]
    [InlineData("X-MS-Retry-After-MS", "-1", null)]
    [InlineData("Retry-After", "99999999999999999999", 86_400_000)]
    [InlineData("Retry-After", "Fri, 01 Jan 2021 00:00:00 GMT", 0)]
    [InlineData("Retry-After", "soon", null)]
    [InlineData("Retry-After", "-5", null)]
    [InlineData("Retry-After", "Friday, 01-Jan-21 00:00:00 GMT", 0)]
    [InlineData("Retry-After", "Fri Jan  1 00:00:00 2021", 0)]
    [InlineData("x-ratelimit-reset-requests", "1s", 1_000)]
    [InlineData("x-ratelimit-reset-tokens", "6m0s", 360_000)]
    [InlineData("x-ratelimit-reset-tokens", "1m2.5s", 62_500)]
    [InlineData("x-ratelimit-reset-requests", "120ms", 120)]
    [InlineData("x-ratelimit-reset-requests", "12", 12_000)]
    [InlineData("x-ratelimit-reset", "1609459200", 0)]
    [InlineData("X-RateLimit-Reset", "1609459200000", 0)]
    [InlineData("x-ratelimit-reset-requests", "-3s", null)]
    [InlineData("x-ratelimit-reset-requests", "soon", null)]
    [InlineData("x-ratelimit-reset-requests", "999999999d", 86_400_000)]
    public async Task RateLimit_WithAWait_TellsIt(string header, string value, int? milliseconds)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Error(429, "slow down", null, (header, value)));

        var failure = (await model.FailAsync()).Failure;

        Assert.Equal(milliseconds, failure.RetryAfter?.TotalMilliseconds);
    }

    [Fact]
    public async Task RateLimit_WithADate_WaitsUntilThen()
    {
        var date = DateTimeOffset.UtcNow.AddHours(1).ToString("r", CultureInfo.InvariantCulture);
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Error(503, "later", null, ("Retry-After", date)));

        Assert.InRange((await model.FailAsync()).Failure.RetryAfter!.Value.TotalMinutes, 50, 60);
    }

    [Fact]
    public async Task RateLimit_WithBothHeaders_TakesTheFinerOne()
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Error(429, "slow", null, ("Retry-After", "2"), ("retry-after-ms", "1100")));

        Assert.Equal(TimeSpan.FromMilliseconds(1100), (await model.FailAsync()).Failure.RetryAfter);
    }

    [Fact]
    public async Task RateLimitReset_OfTheLimitThatIsUsedUp_Counts()
    {
        await using var model = await ModelUnderTest.StartAsync(_ => FakeReply.Error(429, "slow", null,
            ("x-ratelimit-remaining-requests", "12"), ("x-ratelimit-reset-requests", "40s"),
            ("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "3s")));

        Assert.Equal(TimeSpan.FromSeconds(3), (await model.FailAsync()).Failure.RetryAfter);
    }
}
