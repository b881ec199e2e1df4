using DurableRouter.Core.Notifications;

namespace DurableRouter.Local.Serving;

/// <summary>Sends the outbox's messages while the server runs. What is under way when it stops is sent again by the next one.</summary>
sealed partial class Outgoing(HostComposition host, ILogger<Outgoing> logger) : IAsyncDisposable
{
    readonly GuardedHttpClient _http = new();
    readonly CancellationTokenSource _stop = new();
    Task _sending = Task.CompletedTask;

    /// <param name="baseUrl">What links are built on.</param>
    public void Start(string baseUrl) => _sending = new DeliveryWorker(host.Engine.Outbox, host.Engine.Approvals, host.Engine, host.Config.Webhooks,
        host.Secrets, _http, () => baseUrl, host.Clock, Report).RunAsync(_stop.Token);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
        _stop.Dispose();
    }

    void Report(Delivery delivery)
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The message {Kind} of {Subject} was not taken and is sent again at {NextAt}: {Error}")]
    partial void LogFailed(string kind, string subject, DateTimeOffset nextAt, string? error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The message {Kind} of {Subject} was given up after {Attempts} attempts: {Error}")]
    partial void LogGivenUp(string kind, string subject, int attempts, string? error);
}
