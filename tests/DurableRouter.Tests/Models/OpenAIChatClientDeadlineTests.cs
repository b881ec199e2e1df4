using System.Diagnostics;
using System.Text;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Models;
using DurableRouter.Simulation.Server;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Models;

public class OpenAIChatClientDeadlineTests
{
    static readonly TimeSpan Short = TimeSpan.FromMilliseconds(150);
    static readonly TimeSpan Long = TimeSpan.FromMinutes(4);

    static readonly byte[] Event = Encoding.UTF8.GetBytes($"data: {FakeReply.Chunk("a ")}\n\n");

    [Fact]
    public async Task Headers_ThatDontCome_EndAtTheFirstByteLimit() =>
        await FailsAsync(FailureCodes.FirstByteTimeout, FakeReply.Hang(), new ModelTimeouts { FirstByte = Short, Idle = Long, Total = Long });

    [Fact]
    public async Task Body_ThatDoesntBegin_EndsAtTheFirstByteLimit() =>
        await FailsAsync(FailureCodes.FirstByteTimeout, FakeReply.Events().Then(new SendPart([]), new PausePart(Timeout.InfiniteTimeSpan)),
            new ModelTimeouts { FirstByte = Short, Idle = Long, Total = Long });

    [Fact]
    public async Task Stream_ThatStops_EndsAtTheIdleLimit() =>
        await FailsAsync(FailureCodes.IdleTimeout, FakeReply.Events(FakeReply.Chunk("Half")).Then(new PausePart(Timeout.InfiniteTimeSpan)),
            new ModelTimeouts { FirstByte = Long, Idle = Short, Total = Long });

    [Fact]
    public async Task Stream_ThatDripsForEver_EndsAtTheTotalLimit() =>
        await FailsAsync(FailureCodes.TotalTimeout, FakeReply.Events().Then(new DripPart(Event, TimeSpan.FromMilliseconds(20))),
            new ModelTimeouts { FirstByte = Long, Idle = Long, Total = TimeSpan.FromMilliseconds(300) });

    [Fact]
    public async Task Reply_WithoutStreaming_HasOnlyATotalLimit()
    {
        var slow = FakeReply.Json(FakeReply.Completion("Late but whole.")) with { Delay = Short * 2 };
        var limits = new ModelTimeouts { FirstByte = Short, Idle = Short, Total = Long };
        await using var model = await ModelUnderTest.StartAsync(_ => slow, stream: false, limits);

        Assert.Equal("Late but whole.", (await model.AskAsync()).Text);
        await FailsAsync(FailureCodes.TotalTimeout, FakeReply.Hang(), limits with { Total = Short }, stream: false);
    }

    [Fact]
    public void Stream_SlowerInSumThanTheIdleLimit_GoesOn()
    {
        var clock = new VirtualClock();
        var limits = new ModelTimeouts { FirstByte = TimeSpan.FromSeconds(10), Idle = TimeSpan.FromSeconds(10), Total = TimeSpan.FromMinutes(10) };
        using var deadline = new CallDeadline(clock, limits, streamed: true, CancellationToken.None);

        for (var chunk = 0; chunk < 25; chunk++)
        {
            clock.Advance(TimeSpan.FromSeconds(9));
            deadline.Progress();
        }

        Assert.Null(deadline.Expired);
        clock.Advance(limits.Idle);
        Assert.Equal(FailureCodes.IdleTimeout, deadline.Expired);
    }

    [Fact]
    public async Task ErrorBody_ThatHangs_StillTellsItsStatus()
    {
        var reply = new FakeReply { Status = 503, Parts = [new SendPart("{\"err"), new PausePart(Timeout.InfiniteTimeSpan)] };
        await InTimeAsync(async limit => await FailsAsync(FailureCodes.UpstreamError, reply, new ModelTimeouts { FirstByte = Long, Idle = Long, Total = limit }));
    }

    [Fact]
    public async Task Stream_FinishedButNotClosed_IsKeptAtTheIdleLimit()
    {
        var reply = FakeReply.Events([.. FakeReply.Chunks("Complete.")]).Then(new PausePart(Timeout.InfiniteTimeSpan));
        await InTimeAsync(async limit =>
        {
            await using var model = await ModelUnderTest.StartAsync(_ => reply, timeouts: new ModelTimeouts { FirstByte = Long, Idle = limit, Total = Long });

            Assert.Equal("Complete.", (await model.AskAsync()).Text);
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancellation_ByTheCaller_IsNeverAModelFailure(bool duringTheBody)
    {
        using var caller = new CancellationTokenSource();
        await using var model = await ModelUnderTest.StartAsync(_ =>
        {
            caller.CancelAfter(50);
            return duringTheBody ? FakeReply.Events(FakeReply.Chunk("Half")).Then(new PausePart(Timeout.InfiniteTimeSpan)) : FakeReply.Hang();
        });

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => model.AskAsync(cancellationToken: caller.Token));

        Assert.Equal(caller.Token, error.CancellationToken);
        Assert.DoesNotContain("end ", string.Join('\n', model.Endpoint.Log));
    }

    [Fact]
    public async Task Cancellation_BeforeTheCall_SendsNothing()
    {
        await using var model = await ModelUnderTest.StartAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => model.AskAsync(cancellationToken: new CancellationToken(true)));

        Assert.Empty(model.Endpoint.Calls);
    }

    /// <summary>For what has to come before a limit passes: a machine that is too slow for a short limit is given a longer one.</summary>
    static async Task InTimeAsync(Func<TimeSpan, Task> test)
    {
        try
        {
            await test(TimeSpan.FromSeconds(1));
        }
        catch (Exception e) when (e is Xunit.Sdk.XunitException or ModelCallException)
        {
            await test(TimeSpan.FromSeconds(30));
        }
    }

    static async Task FailsAsync(string code, FakeReply reply, ModelTimeouts limits, bool stream = true)
    {
        await using var model = await ModelUnderTest.StartAsync(_ => reply, stream, limits);
        var started = Stopwatch.GetTimestamp();

        var failure = (await model.FailAsync()).Failure;

        Assert.Equal((code, true), (failure.Code, failure.Retryable));
        var limit = new[] { limits.FirstByte, limits.Idle, limits.Total }.Min();
        Assert.InRange(Stopwatch.GetElapsedTime(started), limit - TimeSpan.FromMilliseconds(20), Long / 2);
    }
}
