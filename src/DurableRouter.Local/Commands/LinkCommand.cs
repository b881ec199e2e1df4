using System.CommandLine;
using DurableRouter.Core.Approvals;
using DurableRouter.Local.Output;
using DurableRouter.Local.Sessions;

namespace DurableRouter.Local.Commands;

/// <summary>Makes the one-time link by which a named person decides in a browser.</summary>
static class LinkCommand
{
    static readonly Argument<string> Id = new("APPROVAL") { Description = "The approval's id" };

    static readonly Option<string> For = new("--for")
    {
        Description = "The person that the link is for; the decision is recorded under this name",
        HelpName = "NAME",
        Required = true,
    };

    public static Command Create() => new Command("link", "Make a one-time link to an approval's page for a named person")
    {
        Id, For, SharedOptions.Config, SharedOptions.Data, SharedOptions.Json,
    }.Does(async (parse, terminal, cancellationToken) =>
    {
        var subject = parse.GetRequiredValue(For);
        if (!Approver.IsName(subject))
        {
            throw new UsageException($"--for must be a name of 1 to {Approver.MaxName} characters, without spaces around it or control characters in it");
        }

        await using var session = await SessionOpener.OpenAsync(SharedOptions.ConfigFolder(parse), SharedOptions.DataFolder(parse), Access.Read);
        var link = await session.LinkAsync(parse.GetRequiredValue(Id), subject, cancellationToken);
        if (terminal.Json)
        {
            terminal.WriteJson(link.Json.WriteTo);
        }
        else
        {
            RunText.Write(terminal.Out, link.Value.Url);
            terminal.Progress($"For {SafeText.Of(subject)} alone, once, until {Figures.Time(link.Value.ExpiresTime)}. It works while durable-router serve runs.");
        }

        return ExitCodes.Ok;
    });
}
