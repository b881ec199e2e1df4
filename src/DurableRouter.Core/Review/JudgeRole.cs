using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Review;

/// <summary>Reads a score and records whether it reaches the one that is asked for.</summary>
sealed class JudgeRole : Role
{
    public static readonly JudgeRole Instance = new();

    public override IEnumerable<string> Problems(StepDefinition step, JsonElement answer)
    {
        if (!Passed(step, answer) && answer.GetProperty("issues").GetArrayLength() == 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"/issues: a score below {AtLeast(step)} must name what is wrong");
        }
    }

    public override CheckResult? Grade(StepDefinition step, JsonElement answer) => Passed(step, answer) ? new CheckResult("judge", true)
        : new CheckResult("judge", false, Excerpt.OneLine(string.Create(CultureInfo.InvariantCulture,
            $"score {answer.GetProperty("score").GetDouble()}, at least {AtLeast(step)} is asked for: {string.Join("; ", Issues(answer))}")));

    /// <summary>One line each.</summary>
    public static IReadOnlyList<string> Issues(JsonElement answer) =>
        [.. answer.GetProperty("issues").EnumerateArray().Select(i => Excerpt.OneLine(i.GetString()!))];

    public static bool Passed(StepDefinition step, JsonElement answer) => answer.GetProperty("score").GetDouble() >= AtLeast(step);

    static double AtLeast(StepDefinition step) => step.Checks[0].Judge!.AtLeast;
}
