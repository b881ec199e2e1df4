using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Ledger;

namespace DurableRouter.Core.Review;

/// <summary>Reads a verdict and records it beside the checks.</summary>
sealed class VerifierRole : Role
{
    public static readonly VerifierRole Instance = new();

    public override IEnumerable<string> Problems(StepDefinition step, JsonElement answer)
    {
        if (!Verdict.Passed(answer) && Verdict.Issues(answer).Count == 0)
        {
            yield return "/issues: a failing verdict must name what is wrong";
        }
    }

    public override CheckResult? Grade(StepDefinition step, JsonElement answer) => Verdict.Passed(answer)
        ? new CheckResult("judge", true) : new CheckResult("judge", false, string.Join("; ", Verdict.Issues(answer)));
}
