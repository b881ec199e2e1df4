using System.Text.Json;
using DurableRouter.Core.Checks;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Review;
using DurableRouter.Core.Values;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Steps;

/// <summary>What the ledger and the run say of checks.</summary>
public sealed class CheckTests
{
    [Fact]
    public async Task QuoteThatStands_IsCitedWithItsOffsets_InTheLedgerAlone()
    {
        var host = await new TestPipeline().Host().RunAsync();

        var check = host.Ledger.Single(r => r.Step == "extract").Checks.Single(c => c.Check == "source");
        var citation = Assert.Single(check.Citations!);
        Assert.Equal(("/items/0/quote", "input.text"), (citation.Pointer, citation.Source));
        Assert.Equal("shall pay 500 EUR", TestPipeline.Text[citation.Start..citation.End]);
        Assert.DoesNotContain(host.History, e => e.Data?.GetRawText().Contains("citations", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Quote_InOneOfSeveralFields_IsCountedFromThatField()
    {
        var pipeline = new TestPipeline();
        pipeline.Edit("extract", s => s with
        {
            Input = [new("type", new FieldSource("classify.category")), new("text", new FieldSource("input.text"))],
            Checks = [new CheckDefinition("schema"), new CheckDefinition("source")],
        });

        var host = await pipeline.Host().RunAsync();

        var citation = Assert.Single(host.Ledger.Single(r => r.Step == "extract").Checks.Single(c => c.Check == "source").Citations!);
        Assert.Equal("input.text", citation.Source);
        Assert.Equal("shall pay 500 EUR", TestPipeline.Text[citation.Start..citation.End]);
    }

    [Fact]
    public async Task CheckThatThisProgramDoesNotHave_FailsClosed()
    {
        var pipeline = new TestPipeline();
        pipeline.Edit("reason", s => s with { Checks = [new CheckDefinition("house-style")] });

        var host = await pipeline.Host().RunAsync();

        Assert.Equal("failed", host.Output.Outcome);
        Assert.All(host.Ledger.Where(r => r.Step == "reason"), row => Assert.Equal(FailureCodes.CheckFailed, row.FailureCode));
        Assert.Equal("house-style: this program has no check 'house-style'", host.Ledger.Last().FailureMessage);
    }

    [Fact]
    public void OwnCheckThatThrows_FailsTheCheck_KeepsTheRow_AndTellsNoMessage()
    {
        var step = new TestPipeline().Steps[2] with { Checks = [new CheckDefinition("broken")] };
        var compiled = CompiledCheck.Compile(step, new OutputChecks([new Broken()])).Single();

        var found = compiled.Run(JsonElement.Parse("{}"), new AttemptFields([], new Dictionary<string, JsonElement>()));

        Assert.Equal(["the check itself failed with InvalidOperationException"], found.Problems);
    }

    [Theory]
    [InlineData("schema")]
    [InlineData("Broken")]
    public void OwnCheck_WithANameThatIsTakenOrMalformed_IsRefused(string name) =>
        Assert.Equal(ErrorCodes.ConfigInvalid, Assert.Throws<DurableRouterException>(() => new OutputChecks([new Broken { Name = name }])).Code);

    [Fact]
    public void FailedChecks_AreNamedInTheMessage()
    {
        var review = new ReviewedOutput(default, [new CheckResult("schema", true), new CheckResult("policy/house", false, "a"), new CheckResult("judge", false, "b")],
            FailureCodes.CheckFailed, ["a"]);

        Assert.Equal("policy/house: a", review.Message);
    }

    sealed class Broken : IOutputCheck
    {
        public string Name { get; init; } = "broken";

        public IEnumerable<string> Problems(CheckedOutput output) => throw new InvalidOperationException("a secret");
    }
}
