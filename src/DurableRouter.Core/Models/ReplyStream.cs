using DurableRouter.Core.Errors;

namespace DurableRouter.Core.Models;

/// <summary>A reply's body after decompression: notes progress for the deadlines and ends the call when it grows over the limit.</summary>
sealed class ReplyStream(Stream body, CallDeadline deadline) : Stream
{
    /// <summary>Decoded bytes of one reply.</summary>
    public const int MaxBytes = 1024 * 1024;

    long total;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => total; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await body.ReadAsync(buffer, cancellationToken);
        Count(count);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = body.Read(buffer, offset, count);
        Count(read);
        return read;
    }

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

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
            throw new ModelCallException(new StepFailure(FailureCodes.ReplyTooLarge, $"The reply is larger than {MaxBytes} bytes; it was cut off."))
            {
                FirstByteMs = deadline.FirstByteMs,
            };
        }
    }
}
