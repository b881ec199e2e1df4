using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Health;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Health;

public class ModelHealthTests
{
    static readonly StepFailure Down = new(FailureCodes.UpstreamError, "down", Retryable: true);
    readonly VirtualClock _clock = new();
    readonly ModelHealth _health;
    readonly ModelEntry _model = TestPipeline.Model("sick", Tier.Fast, 1);

    public ModelHealthTests() => _health = new ModelHealth(_clock);

    [Fact]
    public async Task FiveFailures_OpenTheCircuit_OneProbeClosesIt()
    {
        await FailAsync(5);
        using (var refused = await EnterAsync())
        {
            Assert.Equal(FailureCodes.CircuitOpen, refused.Refusal!.Code);
            Assert.Null(refused.HeldUntil);
            Assert.Contains("5 failures in a row, the last upstream_error; a probe goes out in 30 s", refused.Refusal.Message, StringComparison.Ordinal);
        }

        Assert.Equal((CircuitState.Open, 5, _clock.GetUtcNow().AddSeconds(30)), (Now.Circuit, Now.Failures, Now.OpenUntil));
        _clock.Advance(TimeSpan.FromSeconds(30));
        using var probe = await EnterAsync();
        Assert.Null(probe.Refusal);
        Assert.Contains("the probe", probe.Note, StringComparison.Ordinal);
        Assert.Contains("its probe is out", (await EnterAsync()).Refusal!.Message, StringComparison.Ordinal);
        probe.Report(null, 1);

        using var well = await EnterAsync();
        Assert.Null(well.Refusal);
        Assert.Null(well.Note);
        Assert.Equal(CircuitState.Closed, Now.Circuit);
    }

    [Fact]
    public async Task FailedProbes_DoubleThePause_UpToTenTimesTheFirst()
    {
        await FailAsync(5);
        foreach (var pause in (int[])[30, 60, 120, 240, 300, 300])
        {
            _clock.Advance(TimeSpan.FromSeconds(pause - 1));
            Assert.NotNull((await EnterAsync()).Refusal);
            _clock.Advance(TimeSpan.FromSeconds(1));
            await FailAsync(1);
        }
    }

    [Fact]
    public async Task SuccessInBetween_StartsTheCountAnew_AndLateFailuresDontCountTwice()
    {
        await FailAsync(4);
        using (var good = await EnterAsync())
        {
            good.Report(null, 1);
        }

        await FailAsync(4);
        using var early = await EnterAsync();
        await FailAsync(1);
        early.Report(null, 1); // it left before the circuit opened: no probe
        Assert.Equal(CircuitState.Open, Now.Circuit);
    }

    [Fact]
    public async Task ProbeWithoutAReport_LeavesTheNextCallToProbe()
    {
        await FailAsync(5);
        _clock.Advance(TimeSpan.FromSeconds(30));
        (await EnterAsync()).Dispose();

        Assert.Contains("the probe", (await EnterAsync()).Note, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FailureCodes.BadRequest, false)]
    [InlineData(FailureCodes.Unauthorized, false)]
    [InlineData(FailureCodes.ContextTooLong, false)]
    [InlineData(FailureCodes.ContentFiltered, false)]
    [InlineData(FailureCodes.Refused, false)]
    [InlineData(FailureCodes.InvalidJson, false)]
    [InlineData(FailureCodes.SchemaMismatch, false)]
    [InlineData(FailureCodes.CheckFailed, false)]
    [InlineData(FailureCodes.EmptyReply, false)]
    [InlineData(FailureCodes.OutputTruncated, false)]
    [InlineData(FailureCodes.ReplyTooLarge, false)]
    [InlineData(FailureCodes.Redirected, false)]
    [InlineData(FailureCodes.RateLimited, false)]
    [InlineData(FailureCodes.QuotaExhausted, false)]
    [InlineData(FailureCodes.UpstreamError, true)]
    [InlineData(FailureCodes.ConnectionFailed, true)]
    [InlineData(FailureCodes.ConnectionLost, true)]
    [InlineData(FailureCodes.FirstByteTimeout, true)]
    [InlineData(FailureCodes.IdleTimeout, true)]
    [InlineData(FailureCodes.TotalTimeout, true)]
    [InlineData(FailureCodes.IncompleteStream, true)]
    [InlineData(FailureCodes.ErrorInReply, true)]
    public async Task Failure_OpensTheCircuit_OnlyWhenTheEndpointIsSick(string code, bool opens)
    {
        await FailAsync(5, new StepFailure(code, "said", Retryable: true));

        Assert.Equal(opens ? CircuitState.Open : CircuitState.Closed, Now.Circuit);
    }

    [Fact]
    public async Task ShortHold_IsWaitedFor_ALongOneComesBack_AndOneTooLongTakesNoPlace()
    {
        var model = _model with { Limits = _model.Limits with { RequestsPerMinute = 1 } };
        var first = await _health.EnterAsync(model, "a", 1, null, default);
        Assert.Equal((null, null), (first.Refusal, first.Note));

        var tooLong = await _health.EnterAsync(model, "b", 1, TimeSpan.FromSeconds(60), default);
        Assert.Equal((FailureCodes.RateHeld, null), (tooLong.Refusal!.Code, tooLong.HeldUntil));
        var held = await _health.EnterAsync(model, "c", 1, null, default);
        Assert.Equal(_clock.GetUtcNow().AddSeconds(61), held.HeldUntil);
        _clock.Advance(TimeSpan.FromSeconds(59.5));
        var waits = _health.EnterAsync(model, "c", 1, null, default).AsTask();
        Assert.False(waits.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1.5));

        Assert.Contains("waited 1.5 s", (await waits.WaitAsync(Eventually.Patience)).Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RetryAfter_OfOneCall_HoldsAllOthers_UpToTheModelsCap()
    {
        using (var told = await EnterAsync())
        {
            told.Report(new StepFailure(FailureCodes.RateLimited, "slow", true, TimeSpan.FromDays(1)), 0);
        }

        var held = await EnterAsync();
        Assert.Equal(_clock.GetUtcNow().AddSeconds(60), held.HeldUntil);
        Assert.Contains("asked for no calls by its provider", held.Refusal!.Message, StringComparison.Ordinal);
    }

    ModelCondition Now => _health.Of("sick")!;

    ValueTask<ModelPass> EnterAsync() => _health.EnterAsync(_model, "run/step/0", 1, null, default);

    async Task FailAsync(int times, StepFailure? failure = null)
    {
        for (var i = 0; i < times; i++)
        {
            using var pass = await EnterAsync();
            Assert.Null(pass.Refusal);
            pass.Report(failure ?? Down, 0);
        }
    }
}
