using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace DurableRouter.Simulation;

/// <summary>
/// An offline stand-in for a language model. It sees what any model would see, the messages and the options, and works on them by
/// rules. The answer depends only on model name, options and messages. Everything it returns carries `simulated: true`.
/// </summary>
/// <remarks>Throws <see cref="SimulatedFaultException"/> where the chaos script refuses a call.</remarks>
public sealed class SimulatedChatClient : IChatClient
{
    static readonly TimeSpan SlowDelay = TimeSpan.FromSeconds(30);

    readonly string model;
    readonly SimulatedModelOptions options;
    readonly TimeProvider time;
    readonly FaultScript script;

    public SimulatedChatClient(string model, SimulatedModelOptions options, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Skill, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Skill, 5);
        ArgumentOutOfRangeException.ThrowIfNegative(options.LatencyScale);
        (this.model, this.options, this.time) = (model, options, time);
        script = new FaultScript(options.Faults);
    }

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        var call = await BeginAsync(messages, options, cancellationToken);
        await WaitAsync(call.Latency.Total, cancellationToken);
        return call.Reply.ToResponse(time.GetUtcNow());
    }

    /// <summary>The same answer in pieces: a first one after the time to first token, the rest spread over the remaining time, usage last.</summary>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var call = await BeginAsync(messages, options, cancellationToken);
        await WaitAsync(call.Latency.FirstToken, cancellationToken);
        var updates = call.Reply.ToUpdates(time.GetUtcNow());
        var pause = (call.Latency.Total - call.Latency.FirstToken) / updates.Count;
        foreach (var update in updates)
        {
            await WaitAsync(pause, cancellationToken);
            yield return update;
        }
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("simulated", null, model)
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    public void Dispose()
    {
        // Nothing is held: the interface asks for the method.
    }

    async Task<(SimulatedReply Reply, SimulatedLatency Latency)> BeginAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? chat, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var sent = messages.ToList();
        var prompt = SimulatedPrompt.Parse(sent);
        var rolls = new SeededRolls(model, options.Seed, prompt.Fingerprint);
        var struck = script.Next(prompt, rolls);
        switch (struck?.Fault)
        {
            case SimulatedFault.RateLimited or SimulatedFault.QuotaExhausted or SimulatedFault.ServerError:
                throw new SimulatedFaultException(struck.Value.Fault, struck.Value.Rule.RetryAfter);
            case SimulatedFault.Hang:
                await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
                break;
            case SimulatedFault.Slow:
                await Task.Delay(struck.Value.Rule.Delay ?? SlowDelay, time, cancellationToken);
                break;
        }

        var schema = (chat?.ResponseFormat as ChatResponseFormatJson)?.Schema is { } element ? JsonObject.Create(element) : null;
        var text = SimulatedAnswer.To(prompt, schema, options.Skill, rolls);
        var inputTokens = sent.Sum(m => TokenEstimate.Of(m.Text) + TokenEstimate.PerMessage) + (schema is null ? 0 : TokenEstimate.Of(LooseJson.Write(schema)));
        var reply = SimulatedReply.Create(model, text, inputTokens, chat?.MaxOutputTokens, options.Skill);
        reply = struck is null ? reply : FaultyReply.Of(struck.Value.Fault, reply);
        return (reply, SimulatedLatency.Of(options.Skill, reply.OutputTokens, options.LatencyScale, rolls));
    }

    Task WaitAsync(TimeSpan duration, CancellationToken cancellationToken) =>
        duration > TimeSpan.Zero ? Task.Delay(duration, time, cancellationToken) : Task.CompletedTask;
}
