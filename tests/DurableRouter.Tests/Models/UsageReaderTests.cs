using DurableRouter.Core.Ledger;
using DurableRouter.Core.Models;
using Microsoft.Extensions.AI;

namespace DurableRouter.Tests.Models;

public class UsageReaderTests
{
    [Fact]
    public void Usage_Consistent_BecomesDisjointBuckets()
    {
        var reading = Read(100, 50, total: 150, cached: 30, reasoning: 20);

        Assert.Null(reading.Suspicion);
        Assert.Equal(new TokenUsage(70, 30, 30, 20), reading.Usage);
        Assert.Equal(150, reading.Usage.Total);
    }

    [Theory]
    [InlineData(null, 5L, null, null, null)]
    [InlineData(5L, null, null, null, null)]
    [InlineData(-1L, 5L, 4L, null, null)]
    [InlineData(5L, -1L, 4L, null, null)]
    [InlineData(5L, 5L, -10L, null, null)]
    [InlineData(5L, 5L, 10L, -1L, null)]
    [InlineData(5L, 5L, 10L, null, -1L)]
    [InlineData(0L, 5L, 5L, null, null)]
    [InlineData(5L, 0L, 5L, null, null)]
    [InlineData(5L, 5L, 10L, 6L, null)]
    [InlineData(5L, 5L, 10L, null, 6L)]
    [InlineData(5L, 5L, 9L, null, null)]
    [InlineData(long.MaxValue, 5L, null, null, null)]
    [InlineData(5L, long.MaxValue, long.MaxValue, null, null)]
    [InlineData(4001L, 5L, 4006L, null, null)]
    [InlineData(5L, 2001L, 2006L, null, null)]
    public void Usage_ThatCantBe_IsSuspectAndNeverNegative(long? input, long? output, long? total, long? cached, long? reasoning)
    {
        var reading = Read(input, output, total, cached, reasoning);

        Assert.True(reading.IsSuspect);
        var usage = reading.Usage;
        Assert.All(new[] { usage.Input, usage.CachedInput, usage.Output, usage.Reasoning, usage.Total }, count => Assert.InRange(count, 0, int.MaxValue));
    }

    [Theory]
    [InlineData(100L, 20L, 420L, 300L, 20, 300)] // xAI: reasoning outside of the completion
    [InlineData(100L, 20L, 420L, null, 20, 300)] // Google: told by the total alone
    [InlineData(100L, 20L, 120L, 15L, 5, 15)]
    [InlineData(100L, 0L, 150L, null, 0, 50)]
    public void Total_AboveItsParts_Decides(long input, long output, long total, long? reasoning, int expectedOutput, int expectedReasoning)
    {
        var reading = Read(input, output, total, null, reasoning);

        Assert.Null(reading.Suspicion);
        Assert.Equal((expectedOutput, expectedReasoning), (reading.Usage.Output, reading.Usage.Reasoning));
        Assert.Equal(total, reading.Usage.Total);
    }

    [Fact]
    public void Usage_Missing_IsSuspectAndEmpty()
    {
        var reading = UsageReader.Read(null, hasText: true, 1000, 500);

        Assert.True(reading.IsSuspect);
        Assert.Equal(TokenUsage.None, reading.Usage);
    }

    [Fact]
    public void Usage_WithoutTextOrTotal_MayBeBare() =>
        Assert.False(UsageReader.Read(new UsageDetails { InputTokenCount = 5, OutputTokenCount = 0 }, hasText: false, 1000, 500).IsSuspect);

    static UsageReading Read(long? input, long? output, long? total, long? cached, long? reasoning) => UsageReader.Read(new UsageDetails
    {
        InputTokenCount = input,
        OutputTokenCount = output,
        TotalTokenCount = total,
        CachedInputTokenCount = cached,
        ReasoningTokenCount = reasoning,
    }, hasText: true, inputBound: 1000, outputBound: 500);
}
