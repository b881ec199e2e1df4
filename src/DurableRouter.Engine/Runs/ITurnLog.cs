using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace DurableRouter.Engine.Runs;

/// <summary>Where a workflow's commands go: to the turn being written, or to a comparison with the turn that history holds.</summary>
interface ITurnLog
{
    bool IsReplay { get; }

    /// <returns>The entry's sequence, or 0 when the command differs from history: the workflow must not get further.</returns>
    long ScheduleActivity(string name, object input, JsonTypeInfo type);

    long StartTimer(DateTimeOffset due);

    long WaitEvent(string name, DateTimeOffset? deadline);
}

/// <summary>What history expected and what the code did instead.</summary>
sealed record Divergence(long Sequence, string Expected, string Actual)
{
    public override string ToString() => $"at history entry {Sequence} the code did {Actual}, the history has {Expected}";
}

/// <summary>Compares commands with a stored turn's.</summary>
sealed class ReplayLog : ITurnLog
{
    readonly Queue<TurnEntry> expected = new();

    public bool IsReplay => true;

    public Divergence? Divergence { get; private set; }

    public void Expect(in TurnEntry command) => expected.Enqueue(command);

    public long ScheduleActivity(string name, object input, JsonTypeInfo type) => Match(Core.Durability.HistoryKinds.ActivityScheduled, name);

    public long StartTimer(DateTimeOffset due) => Match(Core.Durability.HistoryKinds.TimerStarted, null);

    public long WaitEvent(string name, DateTimeOffset? deadline) => Match(Core.Durability.HistoryKinds.EventWaited, name);

    /// <summary>Ends a run of commands: what is still expected wasn't done.</summary>
    public void EndCommands()
    {
        if (expected.TryPeek(out var missing))
        {
            Divergence ??= new Divergence(missing.Sequence, Describe(missing.Kind, missing.Name), "nothing");
        }
    }

    long Match(string kind, string? name)
    {
        if (Divergence is not null)
        {
            return 0;
        }

        if (!expected.TryDequeue(out var next))
        {
            Divergence = new Divergence(0, "nothing more in this turn", Describe(kind, name));
            return 0;
        }

        if (next.Kind != kind || next.Name != name)
        {
            Divergence = new Divergence(next.Sequence, Describe(next.Kind, next.Name), Describe(kind, name));
            return 0;
        }

        return next.Sequence;
    }

    static string Describe(string kind, string? name) => name is null ? kind : $"{kind} {name}";
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
