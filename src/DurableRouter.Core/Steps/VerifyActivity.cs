using System.Text.Json;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Pipelines;

namespace DurableRouter.Core.Steps;

/// <summary>Checks another step's claims. A failing verdict is a good answer of this step; the workflow sends the work back.</summary>
public sealed class VerifyActivity : RoleActivity
{
    internal VerifyActivity(ModelAttempt attempt) : base(RouterActivities.Verify, attempt)
    {
    }

    internal sealed class Verifier : Role
    {
        public static readonly Verifier Instance = new();

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
}
