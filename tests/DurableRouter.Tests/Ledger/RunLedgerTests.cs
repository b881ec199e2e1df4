using System.Text.Json;
using DurableRouter.Core.Ledger;
using DurableRouter.Http.Ledger;

namespace DurableRouter.Tests.Ledger;

public sealed class RunLedgerTests
{
    [Fact]
    public void Correction_HasItsOwnOutcome_NamesItsAttempt_AndIsSummedAndNotCounted()
    {
        var unknown = new AttemptRow
        {
            Key = "run-1/reason/0/1", RunId = "run-1", Step = "reason", Role = "reason", Pipeline = "document", Family = "document", Ordinal = 1, Tier = "fast",
            Model = "small", Provider = "p", Rule = "default", Outcome = AttemptOutcome.OutcomeUnknown, FailureCode = "outcome_unknown", CostUsd = 0.5m,
        };
        var late = unknown with { Outcome = AttemptOutcome.Ok, FailureCode = null, Usage = new TokenUsage(100, 0, 20, 0), CostUsd = 0.125m };

        var ledger = Json(new RunLedger("run-1", [unknown, late.CorrectionOf(unknown)], null));

        var correction = ledger.GetProperty("attempts")[1];
        Assert.Equal(("correction", "run-1/reason/0/1", "run-1/reason/0/1/correction", -0.375m), (correction.GetProperty("outcome").GetString(),
            correction.GetProperty("corrects").GetString(), correction.GetProperty("key").GetString(), correction.GetProperty("costUsd").GetDecimal()));
        Assert.Equal("the result came after the attempt was given up: its call cost $0.125, and $0.5 was booked for it",
            correction.GetProperty("failureMessage").GetString());
        Assert.False(ledger.GetProperty("attempts")[0].TryGetProperty("corrects", out _));
        Assert.Equal(0.125m, ledger.GetProperty("totalUsd").GetDecimal());
        foreach (var totals in new[] { ledger.GetProperty("byStep")[0], ledger.GetProperty("byModel")[0] })
        {
            Assert.Equal((1, 100, 20, 0.125m), (totals.GetProperty("attempts").GetInt32(), totals.GetProperty("inputTokens").GetInt32(),
                totals.GetProperty("outputTokens").GetInt32(), totals.GetProperty("costUsd").GetDecimal()));
        }
    }

    static JsonElement Json(RunLedger ledger)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            LedgerJson.Write(json, ledger);
        }

        return JsonElement.Parse(stream.ToArray());
    }
}
