using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Workflow;

/// <summary>An answer that came and was not good enough: asking a higher tier next makes the first choice a misroute.</summary>
sealed record Weakness(ModelEntry Model, AttemptResult Result)
{
    /// <summary>The model, its tier, and what its answer failed.</summary>
    public string Describe()
    {
        var failed = string.Join(", ", Result.Checks.Where(c => !c.Passed).Select(c => c.Check).Distinct());
        return $"{Model.Name} ({Words.Of(Model.Tier)}) failed {(failed.Length > 0 ? failed : Result.Failure?.Code)}";
    }
}
