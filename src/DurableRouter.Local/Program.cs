using System.CommandLine;
using DurableRouter.Local.Commands;

return await new RootCommand("Durable workflow orchestration for multi-model AI work.")
{
    RunCommand.Create(),
}.RunAsync(args);
