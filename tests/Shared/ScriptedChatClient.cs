using System.Text;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Models;
using Microsoft.Extensions.AI;

namespace DurableRouter.Tests.Shared;

/// <summary>One call as the model saw it.</summary>
public sealed record ScriptedCall(string Model, string Role, string System, string User, string Key, ChatOptions Options);

/// <summary>What a scripted model does with one call.</summary>
public sealed record ScriptedReply(string Text = "", StepFailure? Failure = null, ChatFinishReason? Finish = null, UsageDetails? Usage = null,
    bool OmitUsage = false, Action? Before = null, Exception? Throws = null)
{
    public static implicit operator ScriptedReply(string text) => new(text);

    public static ScriptedReply Fails(string code, bool retryable = false, TimeSpan? retryAfter = null) =>
        new(Failure: new StepFailure(code, $"scripted {code}", retryable, retryAfter));
}

/// <summary>Chat clients that answer from a script: queued replies per model and role first, then the role's usual answer. Tokens are bytes / 4.</summary>
public sealed class ScriptedModels : IChatClientFactory
{
    readonly Dictionary<(string Model, string Role), Queue<ScriptedReply>> _queues = [];
    readonly Dictionary<string, Func<ScriptedCall, ScriptedReply>> _usual = [];

    public List<ScriptedCall> Calls { get; } = [];

    public ScriptedModels Usually(string role, Func<ScriptedCall, ScriptedReply> answer)
    {
        _usual[role] = answer;
        return this;
    }

    public ScriptedModels Then(string model, string role, params ScriptedReply[] replies)
    {
        if (!_queues.TryGetValue((model, role), out var queue))
        {
            _queues[(model, role)] = queue = new();
        }

        foreach (var reply in replies)
        {
            queue.Enqueue(reply);
        }

        return this;
    }

    public IEnumerable<ScriptedCall> Of(string role) => Calls.Where(c => c.Role == role);

    public IChatClient Get(ModelCatalog catalog, ModelEntry model) => new Client(this, model.Name);

    ChatResponse Answer(string model, List<ChatMessage> messages, ChatOptions options)
    {
        var system = messages[0].Text;
        var role = system.Split('\n')[0]["Step role: ".Length..];
        var call = new ScriptedCall(model, role, system, messages[1].Text, (string)options.AdditionalProperties![ChatProperties.ClientRequestId]!, options);
        Calls.Add(call);
        var reply = _queues.TryGetValue((model, role), out var queue) && queue.TryDequeue(out var next) ? next : _usual[role](call);
        reply.Before?.Invoke();
        if (reply.Throws is { } bug)
        {
            throw bug;
        }

        if (reply.Failure is { } failure)
        {
            throw new ModelCallException(failure) { Usage = reply.Usage };
        }

        var usage = reply.Usage ?? new UsageDetails
        {
            InputTokenCount = Encoding.UTF8.GetByteCount(call.System + call.User) / 4,
            OutputTokenCount = Encoding.UTF8.GetByteCount(reply.Text) / 4 + 1,
        };
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, reply.Text))
        {
            ModelId = model + "-echo", FinishReason = reply.Finish ?? ChatFinishReason.Stop, Usage = reply.OmitUsage ? null : usage,
        };
    }

    sealed class Client(ScriptedModels script, string model) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult(script.Answer(model, [.. messages], options!));
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options,
            CancellationToken cancellationToken) => throw new NotSupportedException("attempts don't stream");

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
