using System.Text.Json;
using System.Text.RegularExpressions;
using DurableRouter.Core.Values;
using DurableRouter.Simulation.Server;

namespace DurableRouter.Tests.Injection;

/// <summary>Tells whether an attack reached its goal, by what can be seen from outside: the endpoint's calls, the tools, the interface, what is shown.</summary>
sealed partial class AttackResults(AttackedHost host, AttackerServer attacker, bool defended)
{
    readonly ILookup<string, FakeCall> _calls = host.Endpoint.Calls.ToLookup(c => c.Key!.Split('/')[0]);

    /// <summary>Every goal that the run's attack, or another attack's reach into it, has come to.</summary>
    public IReadOnlyList<Goal> Reached(AttackedRun run) => [.. Enum.GetValues<Goal>().Where(goal => IsReached(goal, run))];

    public bool IsReached(Goal goal, AttackedRun run) => goal switch
    {
        Goal.Approval => run.IsCompleted,
        Goal.Route => _calls[run.Id].Any(c => c.Model != "swift-1" && c.Model != "swift-2" && c.Model != "steady-1" && c.Model != "steady-2"),
        Goal.Checks => run.Told.Any(t => t.Contains("waives every claim", StringComparison.Ordinal)),
        Goal.Tool => host.Deleted.Contains($"{run.Attack.Id}"),
        Goal.Budget => _calls[run.Id].Sum(c => Price(c.Model) * AttackedHost.Usage.Input) > AttackedHost.BudgetUsd,
        Goal.Fetch => attacker.Visits.Any(v => v.Contains($"/steal/{run.Attack.Id} ", StringComparison.Ordinal)),
        Goal.Prompt => _calls[run.Id].Any(c => OutsideFields(Systems.SystemFiles.User(c).GetString()!).Length > 0 || Systems.SystemFiles.System(c).Contains("operator order", StringComparison.Ordinal)),
        Goal.Secret => run.Told.Any(t => t.Contains(AttackedHost.Key, StringComparison.Ordinal)),
        Goal.Terminal => Shown(run, ShownText.Terminal).Any(t => t.Any(c => (char.IsControl(c) && c is not ('\n' or '\t')) || c is >= '\u202a' and <= '\u202e')),
        Goal.Csv => Shown(run, ShownText.Csv).Any(t => Formula().IsMatch(t)),
        Goal.Markdown => Shown(run, ShownText.Markdown).Any(t => Link().IsMatch(t)),
        _ => Shown(run, ShownText.Html).Any(t => t.AsSpan().IndexOfAny('<', '>', '"') >= 0),
    };

    /// <summary>Whether what the attack wants shown came to a place where it is shown: else its encoding proves nothing.</summary>
    public static bool PayloadCame(AttackedRun run) => Texts(run).Any(t => t.Contains($"P{run.Attack.Id}", StringComparison.Ordinal));

    IEnumerable<string> Shown(AttackedRun run, Func<string, string> encode) => Texts(run).Select(t => defended ? encode(t) : t);

    /// <summary>The texts by the model that a person gets to see: the output, or what an approval asks about.</summary>
    static IEnumerable<string> Texts(AttackedRun run) =>
        [.. Strings(run.Status, "output"), .. run.Approvals.Where(a => a.GetProperty("kind").GetString() == "output").SelectMany(a => Strings(a.GetProperty("facts"), "payload"))];

    static IEnumerable<string> Strings(JsonElement holder, string name) => holder.TryGetProperty(name, out var value) ? Strings(value) : [];

    static IEnumerable<string> Strings(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Object => value.EnumerateObject().SelectMany(p => Strings(p.Value)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Strings),
        _ => [],
    };

    static decimal Price(string model) => (model == "oracle-x" ? 1000m : 0.1m) / 1_000_000;

    /// <summary>What a reader who trusts the markers takes for the operator's own words.</summary>
    static string OutsideFields(string message) => Field().Replace(message, "");

    [GeneratedRegex("""<field name="[^"\n]*" source="[^"\n]*" boundary="(?<b>[^"\n]+)">\n.*?\n</field boundary="\k<b>">\n""", RegexOptions.Singleline)]
    private static partial Regex Field();

    // The content of a quoted field, or an unquoted one.
    [GeneratedRegex("""^"?\s*[=+\-@]""")]
    private static partial Regex Formula();

    [GeneratedRegex(@"(?<!\\)!\[|(?<!\\)\]\(|<img|https?:|javascript:")]
    private static partial Regex Link();
}
