using DurableRouter.Local.Sessions;
using Spectre.Console;

namespace DurableRouter.Local.Output;

/// <summary>A run, its ledger and its approvals for a person to read.</summary>
static class RunText
{
    /// <summary>What came of the run, and what to do when something is left to do.</summary>
    public static void WriteResult(Terminal terminal, RunInfo run, LedgerInfo ledger)
    {
        var console = terminal.Out;
        if (run.Output is { ValueKind: not System.Text.Json.JsonValueKind.Null } output)
        {
            foreach (var line in JsonOutline.Lines(output, terminal.Width))
            {
                Write(console, line);
            }

            console.WriteLine();
        }

        if (run.Partial is { ValueKind: System.Text.Json.JsonValueKind.Object } partial)
        {
            Write(console, "what there is, by step:");
            foreach (var line in JsonOutline.Lines(partial, terminal.Width, 2))
            {
                Write(console, line);
            }

            console.WriteLine();
        }

        foreach (var degraded in run.Degraded ?? [])
        {
            console.MarkupLine($"[yellow]degraded[/]: {Terminal.Escape(degraded)}");
        }

        if (run.Error is { } error)
        {
            console.MarkupLine($"[red]{Terminal.Escape(error.Code)}[/]: {Terminal.Escape(error.Message ?? "")}");
        }

        console.MarkupLine($"{Terminal.Escape(run.Id)}  {Status(run)}");
        Write(console, Summary(run, ledger));
        if (ledger.Simulated)
        {
            console.MarkupLine("[yellow]simulated[/]: these are simulated models with fictional prices; they say nothing about real ones");
        }

        if (Next(run) is { } next)
        {
            console.MarkupLine($"next: {next}");
        }
    }

    public static string Status(RunInfo run) => run is { IsTerminal: false, CustomStatus.WaitingFor: { } waiting }
        ? $"{State(run)}, [yellow]waits for {Terminal.Escape(waiting)}[/]"
        : State(run);

    /// <summary>The state without what is waited for.</summary>
    public static string State(RunInfo run) => run switch
    {
        { RuntimeStatus: "Completed", Outcome: "completed" } => "[green]Completed[/]",
        { RuntimeStatus: "Completed" } => $"[yellow]Completed, {Terminal.Escape(run.Outcome ?? "")}[/]",
        { RuntimeStatus: "Failed" or "Terminated" } => $"[red]{run.RuntimeStatus}[/]",
        _ => run.RuntimeStatus,
    };

    public static void WriteAttempts(IAnsiConsole console, LedgerInfo ledger)
    {
        var table = new FigureTable().Name("step").Figure("#").Name("model").Name("tier").Figure("tokens").Figure("cost").Figure("time").Words("outcome and checks");
        foreach (var a in ledger.Attempts)
        {
            var color = a.Outcome == "ok" ? "green" : "yellow";
            var checks = string.Concat(a.Checks.Select(c => $" {c.Check}{(c.Passed ? "" : " (failed)")}"));
            table.Add(Terminal.Escape(a.Revision == 0 ? a.Step : $"{a.Step} r{a.Revision}"), $"{a.Attempt}", Terminal.Escape(a.Model), Terminal.Escape(a.Tier),
                Tokens(a), Cost(a), Figures.Milliseconds(a.LatencyMs),
                $"[{color}]{Terminal.Escape(a.FailureCode ?? a.Outcome)}[/]{Terminal.Escape(checks)}");
        }

        table.Write(console);
        if (ledger.Attempts.Any(IsBound))
        {
            Write(console, "  ~ estimated from the texts, ? not known, <= the most that the call can have cost: the provider told no usage that can be billed");
        }
    }

    static bool IsBound(AttemptInfo attempt) => attempt.UsageSource is "estimated" or "upper_bound";

    static string Tokens(AttemptInfo attempt) => attempt.UsageSource switch
    {
        "estimated" => "~" + Figures.Count(attempt.Tokens),
        "upper_bound" => attempt.Tokens == 0 ? "?" : Figures.Count(attempt.Tokens) + "?",
        _ => Figures.Count(attempt.Tokens),
    };

    static string Cost(AttemptInfo attempt) => (IsBound(attempt) ? "<= " : "") + Figures.Usd(attempt.CostUsd);

    /// <summary>Exactly the facts that a decision binds to, with their digest.</summary>
    public static void WriteApproval(Terminal terminal, ApprovalInfo approval)
    {
        var console = terminal.Out;
        var facts = approval.Facts;
        console.MarkupLine($"[bold]{Terminal.Escape(approval.Kind)} {Terminal.Escape(approval.Id)}[/]  {Terminal.Escape(approval.Status)}, step {Terminal.Escape(approval.Step)}, "
            + $"asked: {Terminal.Escape(string.Join(" and ", approval.Groups))}, until {Figures.Time(approval.ExpiresTime)} (then: {Terminal.Escape(approval.OnTimeout)})");
        Write(console, $"  action:  {SafeText.Of(facts.Action)}");
        Write(console, $"  because: {SafeText.Of(string.Join("; ", facts.Reasons))}");
        Write(console, $"  cost:    {Figures.Usd(facts.CostUsd)}{(facts.BudgetUsd is { } cap ? $" of {Figures.Usd(cap)}" : "")}");
        if (facts.Model is { } model)
        {
            Write(console, $"  model:   {SafeText.Of(model)}{(facts.Simulated ? " (simulated)" : "")}");
        }

        foreach (var escalation in approval.Escalations)
        {
            Write(console, $"  escalated to {escalation.Group} at {Figures.Time(escalation.Time)}");
        }

        if (approval.Approvals.Needed > 1)
        {
            Write(console, $"  votes:   {approval.Approvals.Given} of {approval.Approvals.Needed} approvals{string.Concat(approval.Votes.Select(v => $"; {v.Decision} by {SafeText.Of(v.Subject)}"))}");
        }

        Write(console, $"  digest:  {approval.Digest}");
        if (facts.Payload is { } payload)
        {
            Write(console, facts.Model is not null ? "  payload (written by the model):" : facts.Simulated ? "  payload (simulated models had a part in it):" : "  payload:");
            foreach (var line in JsonOutline.Lines(payload, terminal.Width, 4))
            {
                Write(console, line);
            }
        }
    }

    public static void WriteReceipt(Terminal terminal, ReceiptInfo receipt) =>
        Write(terminal.Out, $"{receipt.Decision} by {SafeText.Of(receipt.Subject)} at {Figures.Time(receipt.DecidedTime)}, receipt {receipt.Receipt}"
            + (receipt.Decision == "approved" && receipt.Approvals.Given < receipt.Approvals.Needed
                ? $" ({receipt.Approvals.Given} of {receipt.Approvals.Needed} approvals: others must approve too)" : ""));

    /// <summary>A line as it is: not wrapped again, not read as markup.</summary>
    public static void Write(IAnsiConsole console, string line) => console.Profile.Out.Writer.WriteLine(line);

    static string Summary(RunInfo run, LedgerInfo ledger)
    {
        var (about, most) = ledger.Attempts.Any(IsBound) ? ("~", "at most ") : ("", "");
        var text = $"{ledger.AttemptCount} attempts, {about}{Figures.Count(ledger.Attempts.Sum(a => a.Tokens))} tokens, {most}{Figures.Usd(ledger.TotalUsd)} in {Figures.Seconds(run.LastUpdatedTime - run.CreatedTime)}";
        return ledger.Baseline is { } baseline
            ? $"{text}; {SafeText.Of(baseline.Model)} alone ({baseline.Method}): {Figures.Usd(baseline.Usd)}"
            : text;
    }

    static string? Next(RunInfo run) => run switch
    {
        { IsTerminal: true } => null,
        { CustomStatus.WaitingFor: "resume" } => $"durable-router resume {run.Id}",
        { RuntimeStatus: "Suspended" } => $"durable-router resume {run.Id}",
        { CustomStatus.WaitingFor: { } waiting } when waiting.Split(' ') is [var kind and ("approval" or "answer" or "budget"), var id, ..] => kind switch
        {
            "budget" => $"durable-router approve {id} --raise USD, or --cheaper; durable-router reject {id} stops the run",
            "answer" => $"durable-router show {run.Id}, then durable-router approve {id} --answer FILE",
            _ => $"durable-router show {run.Id}, then durable-router approve {id} (or reject)",
        },
        _ => $"durable-router watch {run.Id}",
    };
}
