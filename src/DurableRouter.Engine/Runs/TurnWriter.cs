using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Engine.Runs;

/// <summary>Builds one turn in its stored form while it happens.</summary>
sealed class TurnWriter : ITurnLog
{
    /// <summary>Payloads above this many bytes are kept by address: histories stay small enough to replay quickly.</summary>
    const int MaxPayload = 16 * 1024;
    readonly ArrayBufferWriter<byte> buffer = new(2048);
    readonly Utf8JsonWriter json;
    readonly List<ContentItem> content = [];
    readonly List<(long Sequence, bool Claimed)> scheduled = [];
    Func<string, object, bool> claims = (_, _) => false;
    long next;

    public TurnWriter() => json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });

    public bool IsReplay => false;

    public int Count { get; private set; }

    /// <summary>Payloads of this turn that are stored by address.</summary>
    public IReadOnlyList<ContentItem> Content => content;

    /// <summary>The activities that this turn asks for, and whether their calls go out as soon as it is durable.</summary>
    public IReadOnlyList<(long Sequence, bool Claimed)> Scheduled => scheduled;

    /// <param name="claim">Tells for an activity to be scheduled whether it has its place already.</param>
    public void Begin(long firstSequence, DateTimeOffset at, Func<string, object, bool> claim)
    {
        claims = claim;
        scheduled.Clear();
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        content.Clear();
        Count = 0;
        next = firstSequence;
        json.WriteStartObject();
        json.WriteNumber(TurnCodec.V, TurnCodec.Version);
        json.WriteNumber(TurnCodec.S, firstSequence);
        json.WriteNumber(TurnCodec.At, at.ToUnixTimeMilliseconds());
        json.WriteStartArray(TurnCodec.E);
    }

    /// <summary>The turn as stored, after <see cref="End"/> and until the next <see cref="Begin"/>.</summary>
    public ReadOnlySpan<byte> Stored => buffer.WrittenSpan;

    public void End()
    {
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
    }

    public long ScheduleActivity<TInput, TOutput>(ActivityDefinition<TInput, TOutput> activity, TInput input)
        where TInput : class where TOutput : class
    {
        var sequence = Open(HistoryKinds.ActivityScheduled);
        json.WriteString(TurnCodec.N, activity.Name);
        var claimed = claims(activity.Name, input);
        scheduled.Add((sequence, claimed));
        if (claimed)
        {
            json.WriteNumber(TurnCodec.C, 1);
        }

        WriteData(Payload.Write(activity.Recorded?.Invoke(input) ?? input, activity.Input));
        json.WriteEndObject();
        return sequence;
    }

    public long StartTimer(DateTimeOffset due)
    {
        var sequence = Open(HistoryKinds.TimerStarted);
        json.WriteNumber(TurnCodec.U, due.ToUnixTimeMilliseconds());
        json.WriteEndObject();
        return sequence;
    }

    public long WaitEvent(string name, DateTimeOffset? deadline)
    {
        var sequence = Open(HistoryKinds.EventWaited);
        json.WriteString(TurnCodec.N, name);
        if (deadline is { } due)
        {
            json.WriteNumber(TurnCodec.U, due.ToUnixTimeMilliseconds());
        }

        json.WriteEndObject();
        return sequence;
    }

    public void ActivityCompleted(long subject, string name, object output, JsonTypeInfo type)
    {
        Open(HistoryKinds.ActivityCompleted);
        json.WriteString(TurnCodec.N, name);
        json.WriteNumber(TurnCodec.R, subject);
        WriteData(Payload.Write(output, type));
        json.WriteEndObject();
    }

    public void EventReceived(string name, string id, JsonElement? payload)
    {
        Open(HistoryKinds.EventReceived);
        json.WriteString(TurnCodec.N, name);
        json.WriteString(TurnCodec.I, id);
        if (payload is { } value)
        {
            WriteData(Payload.Write(value, CoreJson.Default.JsonElement));
        }

        json.WriteEndObject();
    }

    /// <summary>Any entry without a payload.</summary>
    public void Plain(string kind, string? name = null, long subject = 0, string? message = null)
    {
        Open(kind);
        if (name is not null)
        {
            json.WriteString(TurnCodec.N, name);
        }

        if (subject != 0)
        {
            json.WriteNumber(TurnCodec.R, subject);
        }

        if (message is not null)
        {
            json.WriteString(TurnCodec.M, message);
        }

        json.WriteEndObject();
    }

    long Open(string kind)
    {
        json.WriteStartObject();
        json.WriteString(TurnCodec.K, kind);
        Count++;
        return next++;
    }

    void WriteData(ReadOnlySpan<byte> payload)
    {
        if (payload.Length <= MaxPayload)
        {
            json.WritePropertyName(TurnCodec.D);
            json.WriteRawValue(payload, skipInputValidation: true);
            return;
        }

        var item = new ContentItem(Convert.ToHexStringLower(SHA256.HashData(payload)), payload.ToArray());
        content.Add(item);
        json.WriteString(TurnCodec.X, item.Sha256);
    }
}
