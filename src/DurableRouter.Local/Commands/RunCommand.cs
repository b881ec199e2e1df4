using System.CommandLine;
using DurableRouter.Local.Output;
using DurableRouter.Local.Sessions;

namespace DurableRouter.Local.Commands;

/// <summary>Starts a run and follows it to its end or to its first pause.</summary>
static class RunCommand
{
    static readonly Argument<string> Pipeline = new("PIPELINE") { Description = "The pipeline's name", DefaultValueFactory = _ => "document" };

    static readonly Option<string> Input = new("--input", "-i")
    {
        Description = "A .json file (the pipeline's input) or a text file (its text); - is standard input",
        HelpName = "FILE",
        Required = true,
    };

    static readonly Option<decimal?> Budget = new("--budget") { Description = "The most that the run may cost, in US dollars", HelpName = "USD", CustomParser = OptionValue.Usd };

    public static Command Create() => new Command("run", "Run a pipeline on a document")
    {
        Pipeline, Input, Budget, SharedOptions.Config, SharedOptions.Data, SharedOptions.Json, SharedOptions.Quiet,
    }.Does(async (parse, terminal, cancellationToken) =>
    {
        var budget = parse.GetValue(Budget);
        if (budget <= 0)
        {
            throw new UsageException("--budget must be above 0, in US dollars, such as --budget 0.25");
        }

        var input = await RunInput.ReadAsync(parse.GetRequiredValue(Input), cancellationToken);
        await using var session = await SessionOpener.OpenAsync(SharedOptions.ConfigFolder(parse), SharedOptions.DataFolder(parse), Access.Drive, mayCreate: true);
        var runId = await session.StartAsync(parse.GetRequiredValue(Pipeline), input, budget, cancellationToken);
        terminal.Progress($"{runId}  {Terminal.Escape(parse.GetRequiredValue(Pipeline))}");
        try
        {
            return await FinishAsync(session, terminal, runId, after: null, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            terminal.Progress($"Interrupted. The run is kept; durable-router watch {runId} goes on with it.");
            throw;
        }
    });

    /// <summary>Follows a run, prints what came of it, and gives its exit code.</summary>
    public static async Task<int> FinishAsync(IRouterSession session, Terminal terminal, string runId, string? after, CancellationToken cancellationToken)
    {
        var run = await new RunFollower(session, terminal).FollowAsync(runId, after, cancellationToken);
        var ledger = await session.LedgerAsync(runId, cancellationToken);
        Print(terminal, run, ledger);
        return ExitCodes.Of(run.Value);
    }

    public static void Print(Terminal terminal, Document<RunInfo> run, Document<LedgerInfo> ledger)
    {
        if (!terminal.Json)
        {
            RunText.WriteResult(terminal, run.Value, ledger.Value);
            return;
        }

        terminal.WriteJson(json =>
        {
            json.WriteStartObject();
            foreach (var member in run.Json.EnumerateObject())
            {
                member.WriteTo(json);
            }

            json.WritePropertyName("ledger");
            ledger.Json.WriteTo(json);
            json.WriteEndObject();
        });
    }
}
