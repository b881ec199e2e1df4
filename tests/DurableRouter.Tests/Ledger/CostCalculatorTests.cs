using DurableRouter.Core.Definitions;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;

namespace DurableRouter.Tests.Ledger;

public class CostCalculatorTests
{
    static readonly ModelPrice Price = new(0.40m, 0.10m, 1.60m, "a price page");

    [Fact]
    public void Cost_OfEachBucket_HasItsOwnPrice()
    {
        Assert.Equal(0.40m, CostCalculator.Cost(new TokenUsage(1_000_000, 0, 0, 0), Price));
        Assert.Equal(0.10m, CostCalculator.Cost(new TokenUsage(0, 1_000_000, 0, 0), Price));
        Assert.Equal(1.60m, CostCalculator.Cost(new TokenUsage(0, 0, 1_000_000, 0), Price));
        Assert.Equal(1.60m, CostCalculator.Cost(new TokenUsage(0, 0, 0, 1_000_000), Price));
    }

    [Fact]
    public void Cost_OfOneToken_IsExactInTheStoresUnit() =>
        Assert.Equal(400_000 + 100_000 + 2 * 1_600_000, Money.ToUnits(CostCalculator.Cost(new TokenUsage(1, 1, 1, 1), Price)));

    [Fact]
    public void Cost_FinerThanTheStoresUnit_IsRoundedUp_SoThatTotalsAreTheSumOfRows()
    {
        var cost = CostCalculator.Cost(new TokenUsage(1, 0, 0, 0), new ModelPrice(0.12345671m, 0, 0, "odd"));

        Assert.Equal(0.000000123457m, cost);
        Assert.Equal(cost, Money.ToUsd(Money.ToUnits(cost)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(10_000, 500)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void UpperBound_IsNeverBelowWhatTheCallCanUse(int bytes, int output)
    {
        var bound = CostCalculator.UpperBound(bytes, output, Price);

        Assert.True(bound >= CostCalculator.Cost(new TokenUsage(bytes, 0, output / 2, output - output / 2), Price));
        Assert.True(bound > 0);
    }

    [Fact]
    public void UpperBound_WhenCachedInputIsDearer_TakesTheDearerPrice() =>
        Assert.Equal(CostCalculator.InputBound(936) * 2m / 1_000_000m, CostCalculator.UpperBound(936, 0, new ModelPrice(1, 2, 3, "odd")));
}
