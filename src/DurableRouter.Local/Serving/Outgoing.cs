using DurableRouter.Core.Notifications;
using DurableRouter.Http.Webhooks;

namespace DurableRouter.Local.Serving;

/// <summary>Sends the outbox's messages while the server runs. What is under way when it stops is sent again by the next one.</summary>
sealed class Outgoing(HostComposition host, DeliveryLog log) : IAsyncDisposable
{
    readonly CancellationTokenSource _stop = new();
    Task _sending = Task.CompletedTask;

    /// <param name="baseUrl">What links are built on.</param>
    public void Start(string baseUrl) => _sending = new DeliveryWorker(host.Engine.Outbox, host.Engine.Approvals, host.Engine, host.Config.Webhooks,
        host.Secrets, host.Http, () => baseUrl, host.Clock, log.Report).RunAsync(_stop.Token);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
