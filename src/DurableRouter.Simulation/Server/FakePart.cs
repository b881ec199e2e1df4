using System.Text;
using Microsoft.AspNetCore.Http;

namespace DurableRouter.Simulation.Server;

/// <summary>One thing that happens while a body is sent.</summary>
public abstract record FakePart
{
    public abstract Task WriteAsync(HttpResponse response, CancellationToken cancellationToken);
}

public sealed record SendPart(byte[] Bytes) : FakePart
{
    public SendPart(string text) : this(Encoding.UTF8.GetBytes(text))
    {
    }

    public override async Task WriteAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        await response.Body.WriteAsync(Bytes, cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }
}

/// <summary>Nothing is sent for this long; <see cref="Timeout.InfiniteTimeSpan"/> until the caller gives up.</summary>
public sealed record PausePart(TimeSpan Time) : FakePart
{
    public override Task WriteAsync(HttpResponse response, CancellationToken cancellationToken) =>
        Task.Delay(Time, TimeProvider.System, cancellationToken);
}

/// <summary>The connection is reset.</summary>
public sealed record DropPart : FakePart
{
    public override Task WriteAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        response.HttpContext.Abort();
        return Task.CompletedTask;
    }
}

/// <summary>The same bytes again and again until the caller gives up.</summary>
public sealed record DripPart(byte[] Bytes, TimeSpan Every) : FakePart
{
    public override async Task WriteAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        while (true)
        {
            await response.Body.WriteAsync(Bytes, cancellationToken);
            await response.Body.FlushAsync(cancellationToken);
            if (Every != TimeSpan.Zero)
            {
                await Task.Delay(Every, TimeProvider.System, cancellationToken);
            }
        }
    }
}
