using System.Net;
using System.Text.Json;
using DurableRouter.Core.Definitions;
using DurableRouter.Simulation;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.AI;

namespace DurableRouter.Local.Demo;

/// <summary>An OpenAI-compatible server of simulated models on a free loopback port. It lives in the demo's process, so it outlives the
/// product's and keeps its own account of every call.</summary>
sealed class ModelEndpoint : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly Dictionary<string, SimulatedChatClient> _models;
    readonly CallLog _log;
    readonly string _heldStep;
    readonly SemaphoreSlim _holds;

    ModelEndpoint(WebApplication app, Dictionary<string, SimulatedChatClient> models, CallLog log, string heldStep, int held)
    {
        _app = app;
        _models = models;
        _log = log;
        _heldStep = heldStep;
        _holds = new SemaphoreSlim(held);
    }

    /// <summary>What belongs into a provider's <c>endpoint</c>.</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/v1";

    /// <param name="faults">The chaos script of a model, by its name.</param>
    /// <param name="heldStep">The step whose calls get no answer before the product's process is killed, so that the kill meets calls in flight
    /// however fast or slow the machine is.</param>
    /// <param name="held">How many of them at a time; the others are answered.</param>
    public static async Task<ModelEndpoint> StartAsync(ModelCatalog catalog, double latency, Func<string, IReadOnlyList<SimulatedFaultRule>> faults,
        CallLog log, string heldStep, int held, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var models = catalog.Models.ToDictionary(m => m.Deployment, m => new SimulatedChatClient(m.Deployment, new SimulatedModelOptions
        {
            Skill = m.Simulate?.Skill ?? SimulatedModelOptions.DefaultSkill,
            Seed = m.Simulate?.Seed ?? 0,
            LatencyScale = latency,
            Faults = faults(m.Name),
        }, TimeProvider.System), StringComparer.Ordinal);
        var endpoint = new ModelEndpoint(app, models, log, heldStep, held);
        app.MapPost("/v1/chat/completions", (RequestDelegate)endpoint.AnswerAsync);
        await app.StartAsync(cancellationToken);
        return endpoint;
    }

    public async ValueTask DisposeAsync()
    {
        // Nobody waits for answers any more.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _holds.Dispose();
    }

    async Task AnswerAsync(HttpContext context)
    {
        using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var request = WireRequest.Read(body.RootElement);
        var key = context.Request.Headers["X-Client-Request-Id"].ToString();
        if (!_models.TryGetValue(request.Model, out var model))
        {
            await WireReply.RefuseAsync(context.Response, 404, "model_not_found", $"no model {request.Model}", context.RequestAborted);
            return;
        }

        _log.Add(LoggedKind.Begin, key);
        try
        {
            if (key.Split('/') is [_, var step, ..] && step == _heldStep && !_log.IsKilled && _holds.Wait(0))
            {
                await HoldAsync(context.RequestAborted);
            }

            await AnswerAsync(model, request, context);
            _log.Add(LoggedKind.End, key);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ConnectionAbortedException)
        {
            _log.Add(LoggedKind.Cut, key);
        }
    }

    /// <summary>Until the caller is gone.</summary>
    async Task HoldAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
        finally
        {
            _holds.Release();
        }
    }

    static async Task AnswerAsync(SimulatedChatClient model, WireRequest request, HttpContext context)
    {
        try
        {
            var updates = model.GetStreamingResponseAsync(request.Messages, request.Options, context.RequestAborted);
            if (request.Stream)
            {
                await WireReply.StreamAsync(context.Response, updates, context.RequestAborted);
            }
            else
            {
                await WireReply.WholeAsync(context.Response, await updates.ToChatResponseAsync(context.RequestAborted), context.RequestAborted);
            }
        }
        catch (SimulatedFaultException e)
        {
            var (status, code) = e.Fault switch
            {
                SimulatedFault.RateLimited => (429, "rate_limit_exceeded"),
                SimulatedFault.QuotaExhausted => (429, "insufficient_quota"),
                _ => (500, "server_error"),
            };
            await WireReply.RefuseAsync(context.Response, status, code, "scripted by the demo", context.RequestAborted);
        }
    }
}
