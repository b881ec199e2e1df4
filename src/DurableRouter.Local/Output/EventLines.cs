using DurableRouter.Local.Sessions;

namespace DurableRouter.Local.Output;

/// <summary>One line of progress per event worth a line, in Spectre markup.</summary>
/// <param name="tiers">The tier of each model.</param>
/// <param name="width">Columns that a line may take; explanations are cut to it.</param>
sealed class EventLines(IReadOnlyDictionary<string, string> tiers, int width)
{
    const int Step = 9;
    const int What = 8;
    const int LeastExplanation = 20;

    /// <summary>Where an explanation begins that a narrow terminal has no room for behind the figures.</summary>
    static readonly string Below = "\n" + new string(' ', Step + What + 4);

    /// <returns>Null for events that other lines tell already.</returns>
    public string? Of(EventInfo told) => told.Type switch
    {
        "step.started" => Line(told, "started", $"{Chosen(told)}: {Terminal.Escape(told.Rule ?? "")}{(told.Revision > 0 ? $", revision {told.Revision}" : "")}", "grey"),
        "step.fellback" => Line(told, "fallback", $"to {Model(told)}{(told.DegradedReason is { } why ? $", degraded: {Terminal.Escape(why)}" : "")}", "yellow"),
        "step.attempt" => Attempt(told),
        "approval.requested" => Line(told, "waits", $"{Terminal.Escape(told.Kind ?? "approval")} {Terminal.Escape(told.ApprovalId ?? "")}", "yellow"),
        "approval.decided" => Line(told, "decided", $"{Terminal.Escape(told.Status ?? "")}{(told.Subject is { } who ? $" by {Terminal.Escape(who)}" : "")}", "yellow"),
        "run.suspended" => Line(told, "run", "suspended", "yellow"),
        "run.resumed" => Line(told, "run", "resumed", "grey"),
        "run.reopened" => Line(told, "run", "reopened", "yellow"),
        "run.attention" => Line(told, "waits", "an activity threw; everything is kept, resume the run", "red"),
        _ => null,
    };

    /// <summary>The model with its tier.</summary>
    string Model(EventInfo told) => told.Model is not { } model ? "" : tiers.TryGetValue(model, out var tier)
        ? $"{Terminal.Escape(model)} ({tier})"
        : Terminal.Escape(model);

    /// <summary>The model, with its tier where the rule doesn't name it.</summary>
    string Chosen(EventInfo told) => told is { Model: { } model, Rule: { } rule } && tiers.TryGetValue(model, out var tier) && rule.Contains(tier, StringComparison.Ordinal)
        ? Terminal.Escape(model)
        : Model(told);

    string Attempt(EventInfo told)
    {
        var failed = told.Checks?.Where(c => !c.Passed).ToList() ?? [];
        var figures = $"{Model(told)}  {Figures.Usd(told.CostUsd ?? 0)}  {Figures.Milliseconds(told.LatencyMs ?? 0)}";
        if (told.Outcome == "ok" && failed.Count == 0)
        {
            return Line(told, "ok", figures, "green");
        }

        // A verifier's or judge's own call is fine when it finds fault with another step's answer.
        var what = told.Outcome switch
        {
            "skipped" => "skipped",
            "outcome_unknown" => "unknown",
            _ when failed.Count > 0 => "check",
            _ => "failed",
        };
        var why = failed.Count > 0 ? $"{failed[0].Check} failed: {failed[0].Detail}" : $"{told.Failure?.Code} {told.Failure?.Message}";
        var left = width - (Step + What + figures.Length + 8);
        var below = left < LeastExplanation;
        var explanation = Terminal.Escape(SafeText.Line(why, below ? Math.Max(width - Below.Length, LeastExplanation) : left));
        return Line(told, what, $"{figures}{(below ? Below : "  ")}{explanation}", what == "skipped" ? "grey" : "yellow");
    }

    static string Line(EventInfo told, string what, string rest, string color) =>
        $"  {Terminal.Escape((told.Step ?? "").PadRight(Step))} [{color}]{what,-8}[/] {rest}";
}
