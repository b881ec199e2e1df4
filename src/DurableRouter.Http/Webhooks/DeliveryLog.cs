using DurableRouter.Core.Durability;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Http.Webhooks;

/// <summary>Tells the operator of messages that receivers didn't take.</summary>
public sealed partial class DeliveryLog(ILogger<DeliveryLog> logger)
{
    /// <param name="delivery">After the attempt that failed.</param>
    public void Report(Delivery delivery)
    {
        if (delivery.State == DeliveryState.GivenUp)
        {
            LogGivenUp(delivery.Kind, delivery.Subject, delivery.Attempts, delivery.Error);
        }
        else
        {
            LogFailed(delivery.Kind, delivery.Subject, delivery.NextAt, delivery.Error);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The message {Kind} of {Subject} was not taken and is sent again at {NextAt}: {Error}")]
    partial void LogFailed(string kind, string subject, DateTimeOffset nextAt, string? error);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "The message {Kind} of {Subject} was given up after {Attempts} attempts: {Error}")]
    partial void LogGivenUp(string kind, string subject, int attempts, string? error);
}
