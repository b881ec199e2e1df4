using DurableRouter.Core.Errors;

namespace DurableRouter.Core.Durability;

/// <summary>An activity threw. The run keeps everything it has and waits for a person to resume it.</summary>
public sealed class ActivityFailedException(string activity, string message)
    : DurableRouterException(ErrorCodes.ActivityFailed, $"activity {activity} threw: {message}")
{
    public string Activity { get; } = activity;
}
