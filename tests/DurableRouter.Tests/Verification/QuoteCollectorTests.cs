using DurableRouter.Core.Checks;

namespace DurableRouter.Tests.Verification;

public sealed class QuoteCollectorTests
{
    [Fact]
    public void Collect_EveryShape_IsFoundWithItsPointer()
    {
        var output = Schemas.Json("""
            {"quote":"a","risks":[{"evidence":"b"},{"evidence":["c",{"quote":"d","page":3}]},{"a/b":{"quote":"e"}}],
             "evidence":{"quote":"f","more":{"quote":"g"}},"quotes":"no","Quote":"no"}
            """);
        Assert.Equal(
            [
                new("/quote", "a"), new("/risks/0/evidence", "b"), new("/risks/1/evidence/0", "c"), new("/risks/1/evidence/1/quote", "d"),
                new("/risks/2/a~1b/quote", "e"), new("/evidence/quote", "f"), new("/evidence/more/quote", "g"),
            ],
            QuoteCollector.Collect(output));
    }

    [Fact]
    public void Collect_LeftOutQuotes_ComeBackEmpty() =>
        Assert.Equal([new("/a/quote", ""), new("/b/evidence", "")], QuoteCollector.Collect(Schemas.Json("""{"a":{"quote":null},"b":{"evidence":[]}}""")));

    [Theory]
    [InlineData("""{"quote":129.5}""")]
    [InlineData("""{"evidence":true}""")]
    [InlineData("[]")]
    [InlineData("\"quote\"")]
    public void Collect_OtherThings_AreNoQuotes(string output) => Assert.Empty(QuoteCollector.Collect(Schemas.Json(output)));
}
