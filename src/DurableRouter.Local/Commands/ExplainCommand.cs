using System.CommandLine;
using DurableRouter.Local.Output;
using DurableRouter.Local.Sessions;
using Spectre.Console;

namespace DurableRouter.Local.Commands;

/// <summary>Says why each step of a run went to the model it went to.</summary>
static class ExplainCommand
{
    public static Command Create() => new Command("explain", "Say why each step went to the model it went to")
    {
        SharedOptions.RunId, SharedOptions.Config, SharedOptions.Data, SharedOptions.Json,
    }.Does(async (parse, terminal, cancellationToken) =>
    {
        await using var session = await SessionOpener.OpenAsync(SharedOptions.ConfigFolder(parse), SharedOptions.DataFolder(parse), Access.Read);
        var explanation = await session.ExplainAsync(parse.GetRequiredValue(SharedOptions.RunId), cancellationToken);
        if (terminal.Json)
        {
            terminal.WriteJson(explanation.Json.WriteTo);
            return ExitCodes.Ok;
        }

        var run = (await session.GetAsync(explanation.Value.Id, cancellationToken)).Value;
        terminal.Out.MarkupLine($"{Terminal.Escape(run.Id)}  {Terminal.Escape(run.Pipeline)}  {RunText.Status(run)}");
        terminal.Out.WriteLine();
        foreach (var step in explanation.Value.Steps)
        {
            Write(terminal, step);
        }

        foreach (var degraded in run.Degraded ?? [])
        {
            RunText.Write(terminal.Out, $"degraded: {SafeText.Of(degraded)}");
        }

        if (run.Error is { } error)
        {
            RunText.Write(terminal.Out, $"{SafeText.Of(error.Code)}: {SafeText.Of(error.Message ?? "")}");
        }

        return ExitCodes.Ok;
    });

    static void Write(Terminal terminal, ExplainedStep step)
    {
        var cap = step.Budget.CapUsd is { } usd ? $" of {Figures.Usd(usd)}" : "";
        terminal.Out.MarkupLine($"[bold]{Terminal.Escape(step.Step)}[/]{(step.Revision > 0 ? $" revision {step.Revision}" : "")}: {Terminal.Escape(step.Rule)}"
            + $"  [grey](spent by then {Figures.Usd(step.Budget.SpentUsd)}{cap})[/]");
        for (var at = 0; at < step.Candidates.Count; at++)
        {
            var candidate = step.Candidates[at];
            RunText.Write(terminal.Out, $"  {at + 1}. {SafeText.Of(candidate.Model),-16} {SafeText.Of(candidate.Reason)}{(candidate.Degraded ? " (degraded)" : "")}");
        }

        if (step.Candidates.Count == 0)
        {
            RunText.Write(terminal.Out, "  no model fits:");
        }

        // Models that fell for the same reason share a line, so that a run fits a screen.
        foreach (var rejected in step.Rejected.GroupBy(r => r.Reason))
        {
            RunText.Write(terminal.Out, $"  -  {string.Join(", ", rejected.Select(r => SafeText.Of(r.Model))),-16} not: {SafeText.Of(rejected.Key)}");
        }

        foreach (var attempt in step.Attempts)
        {
            var why = attempt.Fault.Length == 0 ? "" : $": {SafeText.Line(attempt.Fault, 90)}";
            RunText.Write(terminal.Out, $"  >  attempt {attempt.Attempt} {SafeText.Of(attempt.Model)} {attempt.Outcome}{why} {Figures.Usd(attempt.CostUsd)}");
        }

        if (step.Person is { } person)
        {
            RunText.Write(terminal.Out, $"  >  nothing is left to ask: {SafeText.Of(person.Group)} are asked ({person.Approval})"
                + (person.AnsweredBy is { } subject ? $", {SafeText.Of(subject)} answered" : ""));
        }

        terminal.Out.WriteLine();
    }
}
