using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Messages;
using DurableRouter.Local.Output;
using DurableRouter.Local.Sessions;
using Spectre.Console;

namespace DurableRouter.Local.Commands;

/// <summary>Decides an approval by the digest of the facts that are printed first, then drives the run to its next pause.</summary>
static class DecisionCommands
{
    static readonly Argument<string> Id = new("APPROVAL") { Description = "The approval's id, or the id of a run with one open approval" };

    static readonly Option<string?> Comment = new("--comment") { Description = "Stands beside the decision in the record", HelpName = "TEXT" };

    static readonly Option<string?> Answer = new("--answer")
    {
        Description = "A JSON file: the answer in the models' place, the edited output, or what a tool is sent instead",
        HelpName = "FILE",
    };

    static readonly Option<decimal?> Raise = new("--raise") { Description = "For a budget: raise it by so many US dollars", HelpName = "USD", CustomParser = OptionValue.Usd };

    static readonly Option<bool> Cheaper = new("--cheaper") { Description = "For a budget: finish with the cheapest models" };

    static readonly Option<bool> Changes = new("--changes") { Description = "Send the work back with --comment instead of ending it" };

    public static Command CreateApprove() => new Command("approve", "Approve what a run waits for, and drive it on")
    {
        Id, Comment, Answer, Raise, Cheaper, SharedOptions.Config, SharedOptions.Data, SharedOptions.Json, SharedOptions.Quiet,
    }.Does(async (parse, terminal, cancellationToken) =>
        await DecideAsync(parse, terminal, ApprovalStatus.Approved, await EditsAsync(parse, cancellationToken), cancellationToken));

    public static Command CreateReject() => new Command("reject", "Reject what a run waits for")
    {
        Id, Comment, Changes, SharedOptions.Config, SharedOptions.Data, SharedOptions.Json, SharedOptions.Quiet,
    }.Does(async (parse, terminal, cancellationToken) =>
    {
        if (parse.GetValue(Changes) && string.IsNullOrWhiteSpace(parse.GetValue(Comment)))
        {
            throw new UsageException("--changes needs --comment TEXT: the work goes back with it");
        }

        var status = parse.GetValue(Changes) ? ApprovalStatus.ChangesRequested : ApprovalStatus.Rejected;
        var code = await DecideAsync(parse, terminal, status, edits: null, cancellationToken);

        // The run has no result, and that is what the person wanted.
        return status == ApprovalStatus.Rejected && code == ExitCodes.Failed ? ExitCodes.Ok : code;
    });

    static async Task<int> DecideAsync(ParseResult parse, Terminal terminal, ApprovalStatus status, JsonElement? edits, CancellationToken cancellationToken)
    {
        await using var session = await SessionOpener.OpenAsync(SharedOptions.ConfigFolder(parse), SharedOptions.DataFolder(parse), Access.Drive);
        var approval = await FindAsync(session, parse.GetRequiredValue(Id), cancellationToken);
        if (!terminal.Json)
        {
            RunText.WriteApproval(terminal, approval);
        }

        var last = await new RunFollower(session, terminal).LastEventAsync(approval.RunId, cancellationToken);
        var receipt = await session.DecideAsync(new Decision(approval.Id, approval.Digest, status, parse.GetValue(Comment), edits), cancellationToken);
        if (!terminal.Json)
        {
            RunText.WriteReceipt(terminal, receipt.Value);
            terminal.Out.WriteLine();
        }

        return await RunCommand.FinishAsync(session, terminal, approval.RunId, last, cancellationToken);
    }

    static async Task<ApprovalInfo> FindAsync(IRouterSession session, string id, CancellationToken cancellationToken)
    {
        if (!id.StartsWith("run-", StringComparison.Ordinal))
        {
            return (await session.ApprovalAsync(id, cancellationToken)).Value;
        }

        // An unknown run is told apart from one that waits for nothing.
        await session.GetAsync(id, cancellationToken);
        return (await session.ApprovalsAsync(id, pendingOnly: true, cancellationToken)).Value.Value switch
        {
            [var only] => only,
            [] => throw new UsageException($"{id} waits for no approval. durable-router show {id} says where it stands."),
            var open => throw new UsageException($"{id} has {open.Count} open approvals; name one: {string.Join(", ", open.Select(a => a.Id))}"),
        };
    }

    static async Task<JsonElement?> EditsAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        var raise = parse.GetValue(Raise);
        var cheaper = parse.GetValue(Cheaper);
        var answer = parse.GetValue(Answer);
        if ((raise is null ? 0 : 1) + (cheaper ? 1 : 0) + (answer is null ? 0 : 1) > 1)
        {
            throw new UsageException("Give one of --raise, --cheaper and --answer");
        }

        if (raise is { } usd)
        {
            return usd > 0 ? JsonElement.Parse($$"""{"raiseUsd":{{usd.ToString(CultureInfo.InvariantCulture)}}}""")
                : throw new UsageException("--raise must be above 0, in US dollars");
        }

        if (cheaper)
        {
            return JsonElement.Parse("""{"finish":"cheaper"}""");
        }

        if (answer is not null && !answer.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException("--answer must be a .json file");
        }

        return answer is null ? null : await RunInput.ReadAsync(answer, cancellationToken);
    }
}
