using DurableRouter.Core.Errors;

namespace DurableRouter.Core.Models;

/// <summary>A reply's body after decompression: notes progress for the deadlines, tells what it begins with, and ends the call when it grows over the limit.</summary>
/// <remarks>The bound of the wire is wide, because a token may come in an envelope of half a kilobyte. The answer itself has <see cref="ReplyText.MaxBytes"/>.</remarks>
sealed class ReplyStream(Stream body, CallDeadline deadline) : Stream
{
    /// <summary>Decoded bytes of a reply in events.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>Decoded bytes of a reply that comes whole, or of one event.</summary>
    public const int MaxPieceBytes = 8 * 1024 * 1024;

    // A line of the stream begins with one of these (https://html.spec.whatwg.org/multipage/server-sent-events.html); a colon alone begins a comment.
    static readonly byte[][] Fields = [":"u8.ToArray(), "data:"u8.ToArray(), "event:"u8.ToArray(), "id:"u8.ToArray(), "retry:"u8.ToArray()];

    readonly byte[] ahead = new byte[512];
    ReadOnlyMemory<byte> rest;
    long total;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => total; set => throw new NotSupportedException(); }

    /// <summary>Whether the body begins like a stream of events; null where it is blank as far as can be seen. Nothing of it is consumed.</summary>
    public async ValueTask<bool?> BeginsWithEventsAsync(CancellationToken cancellationToken)
    {
        for (var length = 0; length < ahead.Length;)
        {
            var count = await body.ReadAsync(ahead.AsMemory(length), cancellationToken);
            Count(count);
            length += count;
            rest = ahead.AsMemory(0, length);
            if (BeginsWithEvents(ChatReplyReader.WithoutMark(rest.Span), isAll: count == 0) is { } known)
            {
                return known;
            }

            if (count == 0)
            {
                return null;
            }
        }

        return null;
    }

    /// <returns>Null: too little to tell.</returns>
    static bool? BeginsWithEvents(ReadOnlySpan<byte> start, bool isAll)
    {
        if (start.IsEmpty)
        {
            return null;
        }

        var isPart = false;
        foreach (var field in Fields)
        {
            if (start.StartsWith(field))
            {
                return true;
            }

            isPart |= field.AsSpan().StartsWith(start);
        }

        return isPart && !isAll ? null : false;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!rest.IsEmpty)
        {
            return Rest(buffer.Span);
        }

        var count = await body.ReadAsync(buffer, cancellationToken);
        Count(count);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (!rest.IsEmpty)
        {
            return Rest(buffer.AsSpan(offset, count));
        }

        var read = body.Read(buffer, offset, count);
        Count(read);
        return read;
    }

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public static ModelCallException TooLarge(int bytes, CallDeadline deadline) =>
        new(new StepFailure(FailureCodes.ReplyTooLarge, $"The reply is larger than {bytes} bytes; it was cut off.")) { FirstByteMs = deadline.FirstByteMs };

    int Rest(Span<byte> buffer)
    {
        var count = Math.Min(buffer.Length, rest.Length);
        rest.Span[..count].CopyTo(buffer);
        rest = rest[count..];
        return count;
    }

    void Count(int count)
    {
        if (count == 0)
        {
            return;
        }

        deadline.Progress();
        total += count;
        if (total > MaxBytes)
        {
            throw TooLarge(MaxBytes, deadline);
        }
    }
}
