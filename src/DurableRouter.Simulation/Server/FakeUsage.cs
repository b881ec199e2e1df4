namespace DurableRouter.Simulation.Server;

/// <summary>The usage object of a reply, in OpenAI's names.</summary>
public sealed record FakeUsage(long Input = 100, long Output = 20, long Cached = 0, long Reasoning = 0)
{
    /// <summary>The reply tells nothing.</summary>
    public static readonly FakeUsage None = new(0, 0);

    /// <summary>What the reply says of the sum; null: the truth.</summary>
    public long? Total { get; init; }

    public override string ToString() => ReferenceEquals(this, None) ? "null" :
        $$$"""
        {"prompt_tokens":{{{Input}}},"completion_tokens":{{{Output}}},"total_tokens":{{{Total ?? Input + Output}}},
        "prompt_tokens_details":{"cached_tokens":{{{Cached}}}},"completion_tokens_details":{"reasoning_tokens":{{{Reasoning}}}}}
        """.ReplaceLineEndings("");
}
