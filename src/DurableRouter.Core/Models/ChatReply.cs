using System.Text;
using Microsoft.Extensions.AI;

namespace DurableRouter.Core.Models;

/// <summary>What has been read of one reply so far, whole or in chunks.</summary>
sealed class ChatReply : IDisposable
{
    string? text;

    /// <summary>UTF-8.</summary>
    public PooledBuffer Content { get; } = new(4096);
    public string? Id { get; set; }

    /// <summary>The model's name as the provider echoes it.</summary>
    public string? ModelId { get; set; }
    public string? FinishReason { get; set; }
    public bool Refused { get; set; }
    public bool CalledTool { get; set; }
    public UsageDetails? Usage { get; set; }
    public ProviderError? Error { get; set; }

    /// <summary>True once it is known to come in events.</summary>
    public bool Streamed { get; set; }

    /// <summary>True once the stream said that it is complete, or a whole body was read.</summary>
    public bool Done { get; set; }

    public bool Ended => Done || FinishReason is not null;

    /// <summary>The whole content; read it when nothing more is to come.</summary>
    public string Text => text ??= Encoding.UTF8.GetString(Content.Written.Span);

    public void Dispose() => Content.Dispose();
}
