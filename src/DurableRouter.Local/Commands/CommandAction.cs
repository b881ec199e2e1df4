using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Errors;
using DurableRouter.Http.Problems;
using DurableRouter.Local.Output;

namespace DurableRouter.Local.Commands;

/// <summary>How every command ends: by its own exit code, or by an error that says what, where and what to do.</summary>
static class CommandAction
{
    public static Command Does(this Command command, Func<ParseResult, Terminal, CancellationToken, Task<int>> body)
    {
        // The parser takes a misspelt option for an argument where one is left to give.
        command.Validators.Add(result =>
        {
            foreach (var token in result.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Where(t => t.Value.StartsWith('-')))
            {
                result.AddError($"Unrecognized option '{token.Value}'{Suggestion.For(token.Value, command.Options.Select(o => o.Name))}");
            }
        });
        command.SetAction(async (parse, cancellationToken) =>
        {
            var terminal = new Terminal(Given(parse, SharedOptions.Json), Given(parse, SharedOptions.Quiet));
            try
            {
                return await body(parse, terminal, cancellationToken);
            }
            catch (UsageException e)
            {
                return terminal.Refuse("usage", e.Message, ExitCodes.Usage);
            }
            catch (RefusedException e) when (e.Errors.Count > 0)
            {
                var what = e.Code == ErrorCodes.InputInvalid ? "The request can't be carried out as it stands. Nothing was changed." : e.Message;
                return terminal.Refuse(e.Code, $"{what}{string.Concat(e.Errors.Select(item => $"\n  {item.Pointer}: {item.Detail}"))}", ExitCodes.Of(e.Code));
            }
            catch (DurableRouterException e)
            {
                return terminal.Refuse(e.Code, e.Message, ExitCodes.Of(e.Code));
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return ExitCodes.Interrupted;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException)
            {
                return terminal.Refuse("io_failed", e.Message, ExitCodes.Failed);
            }
        });
        return command;
    }

    /// <summary>Usage errors end with 2, which the parser's own action doesn't know.</summary>
    public static async Task<int> RunAsync(this RootCommand root, string[] args)
    {
        var parse = root.Parse(args);
        if (parse.Action is ParseErrorAction errors)
        {
            // Whoever only wants to know what there is gets it; for others the help would bury the error.
            errors.ShowHelp = args.Length == 0;
            errors.ShowTypoCorrections = false;
        }

        var code = await parse.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            // Standard output belongs to results.
            Output = parse.Action is ParseErrorAction ? Console.Error : Console.Out,
            // A host that is told to stop drains its calls first; its own limits end that.
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        });
        if (parse.Action is not ParseErrorAction)
        {
            return code;
        }

        if (parse.GetResult(SharedOptions.Json) is { Implicit: false })
        {
            new Terminal(json: true, quiet: false).WriteError("usage", string.Join('\n', parse.Errors.Select(e => e.Message)));
        }

        var command = parse.CommandResult.Command;
        var known = command.Subcommands.Select(c => c.Name).Concat(command.Options.Select(o => o.Name)).ToList();
        foreach (var close in parse.UnmatchedTokens.Select(token => Suggestion.Closest(token, known)).OfType<string>())
        {
            await Console.Error.WriteLineAsync($"Did you mean '{close}'?");
        }

        await Console.Error.WriteLineAsync($"durable-router {(command == root ? "" : command.Name + " ")}--help lists what can be given.");
        return ExitCodes.Usage;
    }

    static bool Given(ParseResult parse, Option<bool> option) => parse.GetResult(option) is not null && parse.GetValue(option);
}
