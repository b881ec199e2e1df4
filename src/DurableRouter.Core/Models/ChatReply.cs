using System.Text;
using Microsoft.Extensions.AI;

namespace DurableRouter.Core.Models;

/// <summary>What has been read of one reply so far, whole or in chunks.</summary>
sealed class ChatReply : IDisposable
{
    string? text;

    /// <summary>The answer.</summary>
    public ReplyText Content { get; } = new(4096);

    /// <summary>What the provider told apart as the model's thinking.</summary>
    public ReplyText Thinking { get; } = new(0);

    public string? Id { get; set; }

    /// <summary>The model's name as the provider echoes it.</summary>
    public string? ModelId { get; set; }

    /// <summary>The provider's word; null when it gave none that says anything.</summary>
    public string? FinishReason { get; set; }
    public bool Refused { get; set; }
    public bool CalledTool { get; set; }
    public UsageDetails? Usage { get; set; }
    public ProviderError? Error { get; set; }

    /// <summary>True once it is known to come in events.</summary>
    public bool Streamed { get; set; }

    /// <summary>True when an event held neither JSON nor a known end.</summary>
    public bool HasNoise { get; set; }

    /// <summary>True once the stream said that it is complete, or a whole body was read.</summary>
    public bool Done { get; set; }

    public bool Ended => Done || FinishReason is not null;

    /// <summary>True once the answer is there: nothing that comes after it makes it worse.</summary>
    public bool IsComplete => FinishReason is not null && Error is null && FinishReasons.Read(FinishReason) != Models.FinishReason.Failure;

    /// <summary>The whole content without a thought that stands before it; read it when nothing more is to come.</summary>
    /// <exception cref="DecoderFallbackException">It is no valid Unicode.</exception>
    public string Text => text ??= Thoughts.ReadPast(Content.ToString());

    public void Dispose()
    {
        Content.Dispose();
        Thinking.Dispose();
    }
}
