using System.ClientModel;

namespace DurableRouter.Core.Models;

/// <summary>A request body on rented memory. The memory goes back to the pool only when no write is under way: a provider may answer
/// before it has read the whole request, and a call may be given up in the middle of a write.</summary>
sealed class PooledRequestContent(PooledBuffer body) : BinaryContent
{
    readonly Lock gate = new();
    int writing;
    bool disposed;

    public override bool TryComputeLength(out long length)
    {
        length = body.Length;
        return true;
    }

    public override void WriteTo(Stream stream, CancellationToken cancellationToken = default)
    {
        Begin();
        try
        {
            stream.Write(body.Written.Span);
        }
        finally
        {
            End();
        }
    }

    public override async Task WriteToAsync(Stream stream, CancellationToken cancellationToken = default)
    {
        Begin();
        try
        {
            await stream.WriteAsync(body.Written, cancellationToken);
        }
        finally
        {
            End();
        }
    }

    public override void Dispose()
    {
        lock (gate)
        {
            if (!disposed && writing == 0)
            {
                body.Dispose();
            }

            disposed = true;
        }
    }

    void Begin()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            writing++;
        }
    }

    void End()
    {
        lock (gate)
        {
            writing--;
            if (disposed && writing == 0)
            {
                body.Dispose();
            }
        }
    }
}
