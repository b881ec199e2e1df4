using System.CommandLine;
using DurableRouter.Local.Diagnosis;
using DurableRouter.Local.Output;
using Spectre.Console;

namespace DurableRouter.Local.Commands;

/// <summary>Looks at everything that a host needs, and calls each configured model once.</summary>
static class DoctorCommand
{
    static readonly Option<int> Port = new("--port") { Description = "The port that serve would take", DefaultValueFactory = _ => 5080, HelpName = "N", CustomParser = OptionValue.Number };

    static readonly Option<bool> Offline = new("--offline") { Description = "Call no model" };

    public static Command Create() => new Command("doctor", "Check ports, data folder, configuration, credentials and every model")
    {
        Port, Offline, SharedOptions.Config, SharedOptions.Data, SharedOptions.Json,
    }.Does(async (parse, terminal, cancellationToken) =>
    {
        var findings = new List<Finding>
        {
            MachineChecks.Port(parse.GetValue(Port), SharedOptions.DataFolder(parse)),
            MachineChecks.DataFolder(SharedOptions.DataFolder(parse)),
            MachineChecks.Sqlite(),
            await MachineChecks.AzuriteAsync(cancellationToken),
        };
        await foreach (var finding in ConfigChecks.RunAsync(SharedOptions.ConfigFolder(parse), !parse.GetValue(Offline), cancellationToken))
        {
            findings.Add(finding);
        }

        Print(terminal, findings);
        return findings.Exists(f => f.Verdict == Verdict.Fail) ? ExitCodes.Failed : ExitCodes.Ok;
    });

    static void Print(Terminal terminal, List<Finding> findings)
    {
        if (!terminal.Json)
        {
            foreach (var finding in findings)
            {
                var color = finding.Verdict switch { Verdict.Ok => "green", Verdict.Warn => "yellow", Verdict.Fail => "red", _ => "grey" };
                terminal.Out.MarkupLine($"[{color}]{finding.Verdict.ToString().ToLowerInvariant(),-4}[/]  {Terminal.Escape(finding.Subject),-14}  {Terminal.Escape(finding.Text)}");
            }

            return;
        }

        terminal.WriteJson(json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("ok", !findings.Exists(f => f.Verdict == Verdict.Fail));
            json.WriteStartArray("value");
            foreach (var finding in findings)
            {
                json.WriteStartObject();
                json.WriteString("verdict", finding.Verdict.ToString().ToLowerInvariant());
                json.WriteString("subject", finding.Subject);
                json.WriteString("detail", finding.Text);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
