using System.CommandLine;
using DurableRouter.Local.Demo;
using DurableRouter.Local.Output;

namespace DurableRouter.Local.Commands;

/// <summary>Shows the product at work on simulated models, and proves what it says.</summary>
static class DemoCommand
{
    static readonly Option<bool> Keep = new("--keep") { Description = "Keep the demo's folder: its configuration, data and logs" };

    public static Command Create() => new Command("demo", "Five documents, a fallback, an approval and a kill, in under a minute; needs no key") { Keep, SharedOptions.Quiet }
        .Does(async (parse, terminal, cancellationToken) =>
        {
            var keep = parse.GetValue(Keep);
            using var folder = new DemoFolder(keep);
            bool holds;
            using (var log = new CallLog(folder.CallLog))
            {
                holds = await new DemoScenario(terminal, folder, log).RunAsync(cancellationToken);
            }

            RunText.Write(terminal.Out, keep ? $"kept: {folder.Root}" : "next: durable-router run --input FILE, or durable-router serve");
            return holds ? ExitCodes.Ok : ExitCodes.Failed;
        });
}
