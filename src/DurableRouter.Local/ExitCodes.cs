using DurableRouter.Core.Errors;
using DurableRouter.Http.Problems;
using DurableRouter.Local.Sessions;

namespace DurableRouter.Local;

/// <summary>What the process tells scripts. A public interface: docs/cli.md lists it.</summary>
static class ExitCodes
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int WaitingForPerson = 3;
    public const int BudgetStopped = 4;

    /// <summary>Ended by Ctrl-C, as shells count it.</summary>
    public const int Interrupted = 130;

    /// <summary>What a run's state means to a script. A run that a person rejected has no result: that is a failure to whoever needs one.</summary>
    public static int Of(RunInfo run) => run switch
    {
        { RuntimeStatus: "Completed", Outcome: "completed" } => Ok,
        { RuntimeStatus: "Completed", Outcome: "budget_stopped" } => BudgetStopped,
        { IsTerminal: true } => Failed,
        _ => WaitingForPerson,
    };

    /// <summary>The caller named something that isn't there or can't be read, or the world refused.</summary>
    public static int Of(string errorCode) => errorCode switch
    {
        ErrorCodes.ConfigInvalid or ErrorCodes.InputInvalid or ErrorCodes.KeyMissing or ErrorCodes.PipelineNotFound or ErrorCodes.RunNotFound
            or ErrorCodes.ApprovalNotFound or HttpCodes.RequestInvalid or HttpCodes.JsonInvalid or HttpCodes.IdInvalid
            or HttpCodes.ParameterInvalid or HttpCodes.BodyTooLarge => Usage,
        _ => Failed,
    };
}
