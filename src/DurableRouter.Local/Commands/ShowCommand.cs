using System.CommandLine;
using DurableRouter.Local.Output;
using DurableRouter.Local.Sessions;
using Spectre.Console;

namespace DurableRouter.Local.Commands;

/// <summary>Shows one run: what came of it, every attempt, and the facts of its approvals.</summary>
static class ShowCommand
{
    public static Command Create() => new Command("show", "Show a run: its result, its attempts and the facts of its approvals")
    {
        SharedOptions.RunId, SharedOptions.Config, SharedOptions.Data, SharedOptions.Json,
    }.Does(async (parse, terminal, cancellationToken) =>
    {
        var runId = parse.GetRequiredValue(SharedOptions.RunId);
        await using var session = await SessionOpener.OpenAsync(SharedOptions.ConfigFolder(parse), SharedOptions.DataFolder(parse), Access.Read);
        var run = await session.GetAsync(runId, cancellationToken);
        var ledger = await session.LedgerAsync(runId, cancellationToken);
        var approvals = await session.ApprovalsAsync(runId, pendingOnly: false, cancellationToken);
        if (terminal.Json)
        {
            terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                foreach (var member in run.Json.EnumerateObject())
                {
                    member.WriteTo(json);
                }

                json.WritePropertyName("ledger");
                ledger.Json.WriteTo(json);
                json.WritePropertyName("approvals");
                approvals.Json.GetProperty("value").WriteTo(json);
                json.WriteEndObject();
            });
            return ExitCodes.Ok;
        }

        terminal.Out.WriteLine();
        RunText.WriteAttempts(terminal.Out, ledger.Value);
        foreach (var approval in approvals.Value.Value)
        {
            RunText.WriteApproval(terminal, approval);
            if (approval.Decision is { } receipt)
            {
                RunText.WriteReceipt(terminal, receipt);
            }

            terminal.Out.WriteLine();
        }

        RunText.WriteResult(terminal, run.Value, ledger.Value);
        return ExitCodes.Ok;
    });
}
