using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Notifications;

/// <summary>Sends what is due in the outbox, signed, and tries again until a receiver takes it or three days have passed. Runs don't wait for it.</summary>
/// <param name="baseUrl">What links are built on, without a slash at the end; asked when a message is sent.</param>
/// <param name="report">Told of every attempt that failed, with its reason; never of an address's query or a secret.</param>
public sealed class DeliveryWorker(IOutbox outbox, IApprovalStore approvals, IRunClient runs, WebhookConfig config, WebhookSecrets secrets,
    GuardedHttpClient http, Func<string> baseUrl, TimeProvider clock, Action<Delivery>? report = null)
{
    const int Batch = 64;
    const int AtOnce = 8;

    // With the delays below: about three days.
    const int MostAttempts = 24;

    static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    static readonly TimeSpan[] Delays =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(4),
    ];

    readonly ApprovalLinks _links = new(approvals);

    /// <summary>Sends until it is stopped. A sweep that fails (a full disk) is followed by the next one.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Poll, clock);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            try
            {
                await SweepAsync(cancellationToken);
            }
            catch (Errors.DurableRouterException)
            {
                // What was not marked is still due.
            }
        }
    }

    /// <summary>Sends all that is due now. A host without a loop calls this from a timer.</summary>
    /// <returns>How many attempts were made.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow(); // what fails meanwhile is due later than this, so the end is near
        var attempts = 0;
        IReadOnlyList<Delivery> due;
        do
        {
            due = await outbox.DueAsync(now, Batch, cancellationToken);
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
                async (delivery, token) => await outbox.UpdateAsync(await AttemptAsync(delivery, token), token));
            attempts += due.Count;
        }
        while (due.Count == Batch);

        return attempts;
    }

    async Task<Delivery> AttemptAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        string error;
        var final = true;
        try
        {
            if (Endpoint(delivery) is not { } endpoint)
            {
                error = "its receiver is not configured any more";
            }
            else if (await BodyAsync(delivery, endpoint, cancellationToken) is not { } body)
            {
                // Nothing went wrong, so nobody is alarmed.
                return delivery with { State = DeliveryState.GivenUp, Error = "there is nothing left to tell: it was decided or deleted before" };
            }
            else
            {
                var status = await SendAsync(delivery, endpoint, body, cancellationToken);
                if ((int)status is >= 200 and < 300)
                {
                    return delivery with { State = DeliveryState.Delivered, Attempts = delivery.Attempts + 1, Error = null };
                }

                error = $"the receiver answered {(int)status}";
                final = status == HttpStatusCode.Gone;
            }
        }
        catch (HttpRequestException e)
        {
            (error, final) = (e.Message, false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            (error, final) = ("the receiver didn't answer in time", false);
        }
        catch (Exception e) when (e is not (OperationCanceledException or Errors.DurableRouterException))
        {
            // A message that can't be made or sent must not keep the others from going out.
            (error, final) = ($"{e.GetType().Name} in this host", false);
        }

        var attempts = delivery.Attempts + 1;
        var failed = delivery with
        {
            State = final || attempts == MostAttempts ? DeliveryState.GivenUp : DeliveryState.Due,
            Attempts = attempts,
            NextAt = clock.GetUtcNow() + Delays[Math.Min(attempts, Delays.Length) - 1],
            Error = error,
        };
        report?.Invoke(failed);
        return failed;
    }

    async Task<HttpStatusCode> SendAsync(Delivery delivery, MessageEndpoint endpoint, byte[] body, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint.Url)
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(WebhookMessages.ContentType) { CharSet = "utf-8" } } },
        };
        request.Headers.TryAddWithoutValidation(WebhookSignature.IdHeader, delivery.Id);
        request.Headers.TryAddWithoutValidation(WebhookSignature.TimestampHeader, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.TryAddWithoutValidation(WebhookSignature.SignatureHeader, WebhookSignature.Sign(secrets.Of(endpoint.Secrets), delivery.Id, now, body));
        return await http.SendAsync(request, endpoint.Private, cancellationToken);
    }

    MessageEndpoint? Endpoint(Delivery delivery)
    {
        if (delivery.Kind != DeliveryKinds.RunEnded)
        {
            return config.Receivers.FirstOrDefault(r => r.Name == delivery.Target) is { } receiver
                ? new MessageEndpoint(receiver.Url, receiver.Secrets, receiver.Private, receiver.Approvers) : null;
        }

        var url = new Uri(delivery.Target);
        return config.Callbacks is { } callbacks && callbacks.Find(url) is { } host ? new MessageEndpoint(url, callbacks.Secrets, host.Private, []) : null;
    }

    async Task<byte[]?> BodyAsync(Delivery delivery, MessageEndpoint endpoint, CancellationToken cancellationToken)
    {
        if (delivery.Kind == DeliveryKinds.RunEnded)
        {
            return await runs.GetAsync(delivery.Subject, cancellationToken) is { } run ? WebhookMessages.Run(delivery, run, baseUrl()) : null;
        }

        if (await approvals.GetAsync(delivery.Subject, cancellationToken) is not { Status: ApprovalStatus.Pending } record)
        {
            return null;
        }

        var links = new List<(string, string)>();
        foreach (var person in endpoint.Approvers.Where(p => !Approver.IsSame(p, record.Requester)))
        {
            links.Add((person, ApprovalLinks.Url(baseUrl(), record.Id, await _links.CreateAsync(record, person, cancellationToken))));
        }

        return WebhookMessages.Approval(delivery, record, baseUrl(), links);
    }

    sealed record MessageEndpoint(Uri Url, SecretNames Secrets, bool Private, IReadOnlyList<string> Approvers);
}
