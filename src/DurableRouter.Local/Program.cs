using System.CommandLine;
using DurableRouter.Local.Commands;

return await new RootCommand("Durable workflow orchestration for multi-model AI work.")
{
    DemoCommand.Create(),
    RunCommand.Create(),
    ServeCommand.Create(),
    RunsCommand.Create(),
    ShowCommand.Create(),
    WatchCommand.Create(),
    DecisionCommands.CreateApprove(),
    DecisionCommands.CreateReject(),
    LinkCommand.Create(),
    SteeringCommands.CreateSuspend(),
    SteeringCommands.CreateResume(),
    SteeringCommands.CreateTerminate(),
    CostCommand.Create(),
    AdviseCommand.Create(),
    StatsCommand.Create(),
    ExplainCommand.Create(),
    ModelsCommand.Create(),
    ValidateCommand.Create(),
    DoctorCommand.Create(),
}.RunAsync(args);
