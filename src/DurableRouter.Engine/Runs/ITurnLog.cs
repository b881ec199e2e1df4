using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;

namespace DurableRouter.Engine.Runs;

/// <summary>Where a workflow's commands go: to the turn being written, or to a comparison with the turn that history holds.</summary>
interface ITurnLog
{
    bool IsReplay { get; }

    /// <returns>The entry's sequence, or 0 when the command differs from history: the workflow must not get further.</returns>
    long ScheduleActivity<TInput, TOutput>(ActivityDefinition<TInput, TOutput> activity, TInput input)
        where TInput : class where TOutput : class;

    long StartTimer(DateTimeOffset due);

    long WaitEvent(string name, DateTimeOffset? deadline);
}

/// <summary>What history expected and what the code did instead.</summary>
sealed record Divergence(long Sequence, string Expected, string Actual)
{
    public override string ToString() => $"at history entry {Sequence} the code did {Actual}, the history has {Expected}";
}

/// <summary>Compares commands with a stored turn's: what is asked for, by name and identity, and until when.</summary>
sealed class ReplayLog(Func<string, ReadOnlyMemory<byte>> content) : ITurnLog
{
    readonly Queue<TurnEntry> expected = new();

    public bool IsReplay => true;

    public Divergence? Divergence { get; private set; }

    public void Expect(in TurnEntry command) => expected.Enqueue(command);

    public long ScheduleActivity<TInput, TOutput>(ActivityDefinition<TInput, TOutput> activity, TInput input)
        where TInput : class where TOutput : class
    {
        if (Next(HistoryKinds.ActivityScheduled, activity.Name) is not { } recorded)
        {
            return 0;
        }

        return activity.Identity is { } identity && Read(recorded, activity.Input) is { } before && identity(before) != identity(input)
            ? Differs(recorded, identity(before), identity(input))
            : recorded.Sequence;
    }

    public long StartTimer(DateTimeOffset due) => Until(Next(HistoryKinds.TimerStarted, null), due);

    public long WaitEvent(string name, DateTimeOffset? deadline) => Until(Next(HistoryKinds.EventWaited, name), deadline);

    /// <summary>Ends a run of commands: what is still expected wasn't done.</summary>
    public void EndCommands()
    {
        if (expected.TryPeek(out var missing))
        {
            Divergence ??= new Divergence(missing.Sequence, Describe(missing.Kind, missing.Name), "nothing");
        }
    }

    long Until(TurnEntry? next, DateTimeOffset? due) => next is not { } recorded ? 0
        : recorded.Due == due?.ToUnixTimeMilliseconds() ? recorded.Sequence
        : Differs(recorded, Describe(recorded.Due), Describe(due?.ToUnixTimeMilliseconds()));

    /// <returns>Null when history has another command in this place.</returns>
    TurnEntry? Next(string kind, string? name)
    {
        if (Divergence is not null)
        {
            return null;
        }

        if (!expected.TryDequeue(out var next))
        {
            Divergence = new Divergence(0, "nothing more in this turn", Describe(kind, name));
            return null;
        }

        if (next.Kind != kind || next.Name != name)
        {
            Divergence = new Divergence(next.Sequence, Describe(next.Kind, next.Name), Describe(kind, name));
            return null;
        }

        return next;
    }

    long Differs(in TurnEntry recorded, string before, string now)
    {
        var command = Describe(recorded.Kind, recorded.Name);
        Divergence = new Divergence(recorded.Sequence, $"{command} {before}", $"{command} {now}");
        return 0;
    }

    /// <returns>Null for an input that retention removed or that an older program wrote in another form: only its result counts.</returns>
    TInput? Read<TInput>(in TurnEntry recorded, JsonTypeInfo<TInput> type) where TInput : class
    {
        try
        {
            return recorded.Address is { } address ? JsonSerializer.Deserialize(content(address).Span, type) : recorded.Data.Deserialize(type);
        }
        catch (Exception e) when (e is JsonException || e is DurableRouterException { Code: ErrorCodes.ContentMissing })
        {
            return null;
        }
    }

    static string Describe(string kind, string? name) => name is null ? kind : $"{kind} {name}";

    static string Describe(long? due) =>
        due is { } ms ? $"until {DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("O", CultureInfo.InvariantCulture)}" : "without a deadline";
}

/// <summary>A payload as compact JSON in a buffer of the current thread.</summary>
static class Payload
{
    [ThreadStatic]
    static System.Buffers.ArrayBufferWriter<byte>? buffer;
    [ThreadStatic]
    static Utf8JsonWriter? writer;

    /// <returns>Valid until the next call on this thread.</returns>
    public static ReadOnlySpan<byte> Write(object value, JsonTypeInfo type)
    {
        buffer ??= new(4096);
        writer ??= new(buffer);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        JsonSerializer.Serialize(writer, value, type);
        writer.Flush();
        return buffer.WrittenSpan;
    }
}
