using DurableRouter.Core.Activities;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using Microsoft.Extensions.AI;

namespace DurableRouter.Tests.Steps;

public class BillTests
{
    const decimal Upper = 0.5m;
    static readonly ModelPrice Price = new(1, 1, 4, "test");

    [Theory]
    [InlineData(FailureCodes.RateLimited, false)]
    [InlineData(FailureCodes.QuotaExhausted, false)]
    [InlineData(FailureCodes.UpstreamError, false)]
    [InlineData(FailureCodes.ConnectionFailed, false)]
    [InlineData(FailureCodes.ContextTooLong, false)]
    [InlineData(FailureCodes.ConnectionLost, true)]
    [InlineData(FailureCodes.FirstByteTimeout, true)]
    [InlineData(FailureCodes.TotalTimeout, true)]
    [InlineData(FailureCodes.IncompleteStream, true)]
    [InlineData(FailureCodes.ContentFiltered, true)]
    public void Failure_BeforeTheReplyBegan_CostsTheUpperBoundUnlessNothingWasMade(string code, bool billed)
    {
        var bill = Of(new ModelReply("", new StepFailure(code, "said"), null, null, FirstByteMs: null));

        Assert.Equal((billed ? Upper : 0, billed), (bill.CostUsd, bill.Suspect));
    }

    [Theory]
    [InlineData(FailureCodes.QuotaExhausted)]
    [InlineData(FailureCodes.ContextTooLong)]
    [InlineData(FailureCodes.ErrorInReply)]
    public void Failure_InTheMiddleOfAReply_CostsTheUpperBound(string code)
    {
        var bill = Of(new ModelReply("", new StepFailure(code, "said"), null, null, FirstByteMs: 12));

        Assert.Equal((Upper, UsageSource.Estimated), (bill.CostUsd, bill.Source));
    }

    [Theory]
    [InlineData(-1, 20, 19)]
    [InlineData(100, -20, 80)]
    [InlineData(100, 20, 7)]
    [InlineData(0, 20, 20)]
    [InlineData(100, 2_000_000_000, 2_000_000_100)]
    [InlineData(long.MaxValue, 20, long.MinValue)]
    public void Usage_ThatCantBe_CostsTheUpperBound(long input, long output, long total)
    {
        var bill = Of(new ModelReply("An answer.", null, new UsageDetails { InputTokenCount = input, OutputTokenCount = output, TotalTokenCount = total }, null, 12));

        Assert.Equal((Upper, UsageSource.UpperBound, true), (bill.CostUsd, bill.Source, bill.Suspect));
        Assert.True(bill.Usage is { Input: >= 0, CachedInput: >= 0, Output: >= 0, Reasoning: >= 0 });
    }

    [Fact]
    public void Usage_ThatIsSane_CostsItsTokens() =>
        Assert.Equal(0.00018m, Of(new ModelReply("An answer.", null, new UsageDetails { InputTokenCount = 100, OutputTokenCount = 20 }, null, 12)).CostUsd);

    [Fact]
    public void Usage_ThatIsMissing_IsEstimatedFromTheTexts_AndCostsTheUpperBound()
    {
        var bill = Of(new ModelReply(new string('a', 41), null, null, null, 12));

        Assert.Equal((Upper, UsageSource.Estimated, true), (bill.CostUsd, bill.Source, bill.Suspect));
        Assert.Equal(new TokenUsage(234, 0, 11, 0), bill.Usage); // (1000 - 64) / 4 and 41 / 4, rounded up
    }

    [Theory]
    [InlineData(80, 0, 0.0002)] // 100 + 80 x 0.25 input, 20 x 4 output
    [InlineData(80, 80, 0.00026)]
    [InlineData(0, 0, 0.00018)]
    public void InputWrittenToTheCache_CostsItsSurcharge(int writes, int forAnHour, double expected)
    {
        var usage = new UsageDetails { InputTokenCount = 100, OutputTokenCount = 20, AdditionalCounts = new() { ["cache_writes"] = writes, ["long_cache_writes"] = forAnHour } };

        Assert.Equal((decimal)expected, Of(new ModelReply("An answer.", null, usage, null, 12)).CostUsd);
    }

    [Theory]
    [InlineData(0.0004, 0.0004)]
    [InlineData(0.0001, 0.00018)]
    public void ProvidersOwnCost_IsKept_AndNeverUndercut(double told, double expected)
    {
        var usage = new UsageDetails { InputTokenCount = 100, OutputTokenCount = 20, AdditionalCounts = new() { ["cost_units"] = (long)(told * 1e12) } };

        var bill = Of(new ModelReply("An answer.", null, usage, null, 12));

        Assert.Equal(((decimal)expected, (decimal?)(decimal)told), (bill.CostUsd, bill.ProviderCostUsd));
    }

    static Bill Of(ModelReply reply) => Bill.Of(reply, inputBound: 1000, outputBound: 200, Price, Upper);
}
