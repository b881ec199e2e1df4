using System.Text.Json.Serialization.Metadata;
using DurableRouter.Core.Durability;

namespace DurableRouter.Engine.Runs;

/// <summary>An activity without a result.</summary>
abstract class PendingActivity(string name, object input, JsonTypeInfo outputType)
{
    public string Name => name;

    public object Input => input;

    public JsonTypeInfo OutputType => outputType;

    /// <summary>Its call may have gone out: a delivery after a restart must not make it again.</summary>
    public bool Claimed { get; set; }

    /// <summary>It has its result, which a suspension may hold back.</summary>
    public bool Answered { get; set; }

    public abstract void Complete(object output);

    public abstract void Fail(Exception exception);
}

sealed class PendingActivity<TOutput>(string name, object input, JsonTypeInfo<TOutput> outputType) : PendingActivity(name, input, outputType)
{
    readonly TaskCompletionSource<TOutput> source = new();

    public Task<TOutput> Task => source.Task;

    public override void Complete(object output) => source.SetResult((TOutput)output);

    public override void Fail(Exception exception) => source.SetException(exception);
}

/// <summary>Something that the clock ends.</summary>
abstract class PendingTimer(DateTimeOffset due)
{
    public DateTimeOffset Due => due;

    public abstract void Fire();
}

sealed class Delay(DateTimeOffset due) : PendingTimer(due)
{
    readonly TaskCompletionSource source = new();

    public Task Task => source.Task;

    public override void Fire() => source.SetResult();
}

/// <summary>A wait for an event, ended by the event or by its deadline, whichever comes first.</summary>
sealed class EventWait(string name, DateTimeOffset due) : PendingTimer(due)
{
    readonly TaskCompletionSource<ExternalEvent?> source = new();

    public string Name => name;

    public Task<ExternalEvent?> Task => source.Task;

    public void Receive(ExternalEvent received) => source.SetResult(received);

    public override void Fire() => source.SetResult(null);
}
