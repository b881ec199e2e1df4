namespace DurableRouter.Core.Models;

/// <summary>What a finish reason means, whatever a vendor calls it.</summary>
enum FinishReason
{
    /// <summary>The provider gave none, or an empty one.</summary>
    None,
    Stop,
    Length,
    Filter,
    Refusal,
    ToolCall,

    /// <summary>The provider itself failed while it answered.</summary>
    Failure,

    /// <summary>A word that is not in the table. The answer is judged by its content.</summary>
    Unknown,
}

/// <summary>The one table of finish reasons: OpenAI's words and what other vendors and gateways put in their place.</summary>
/// <remarks>Words from the API references of OpenAI, Azure, Anthropic, Google, Mistral, Cohere, DeepSeek, Zhipu, Moonshot, Amazon Bedrock, OpenRouter, vLLM, SGLang, TGI
/// and llama.cpp. Case, blanks, hyphens and Google's prefix <c>FINISH_REASON_</c> don't count.</remarks>
static class FinishReasons
{
    const string Prefix = "finish_reason_";

    static readonly Dictionary<string, FinishReason> Words = Table(
        (FinishReason.Stop, "stop end end_turn eos eos_token eos_token_id end_of_turn end_of_text endoftext stop_sequence stop_token stop_word stop_string complete "
            + "completed completion_ended done finish finished normal success"),
        (FinishReason.Length, "length max_tokens max_output_tokens max_completion_tokens max_new_tokens max_length model_length model_max_length token_limit limit "
            + "length_limit context_length context_length_exceeded context_window_exceeded model_context_window_exceeded truncated incomplete max_context_length"),
        (FinishReason.Filter, "content_filter content_filtered contentfilter filter filtered safety sensitive prohibited_content blocklist spii recitation image_safety "
            + "image_prohibited_content image_recitation model_armor moderation moderated moderation_blocked flagged blocked toxic error_toxic guardrail guardrails "
            + "guardrail_intervened policy policy_violation content_policy_violation content_policy risk risk_control"),
        (FinishReason.Refusal, "refusal refused declined"),
        (FinishReason.ToolCall, "tool_calls tool_call tool_use function_call function_calls unexpected_tool_call too_many_tool_calls"),
        (FinishReason.Failure, "error errored failed failure network_error server_error internal_error upstream_error provider_error abort aborted cancel cancelled canceled "
            + "timeout timed_out malformed_function_call malformed_response malformed_tool_call insufficient_system_resource overloaded rate_limit pause_turn language other "
            + "error_limit user_cancel unavailable no_image missing_thought_signature"));

    /// <param name="word">The provider's; null or blank when it gave none.</param>
    public static FinishReason Read(string? word)
    {
        if (word is "stop")
        {
            return FinishReason.Stop;
        }

        if (string.IsNullOrWhiteSpace(word))
        {
            return FinishReason.None;
        }

        var plain = word.Trim().ToLowerInvariant().Replace('-', '_').Replace(' ', '_');
        plain = plain.StartsWith(Prefix, StringComparison.Ordinal) ? plain[Prefix.Length..] : plain;
        return plain is "null" or "none" or "unspecified" or "" ? FinishReason.None : Words.GetValueOrDefault(plain, FinishReason.Unknown);
    }

    static Dictionary<string, FinishReason> Table(params ReadOnlySpan<(FinishReason Reason, string Words)> rows)
    {
        var table = new Dictionary<string, FinishReason>(StringComparer.Ordinal);
        foreach (var (reason, words) in rows)
        {
            foreach (var word in words.Split(' '))
            {
                table.Add(word, reason);
            }
        }

        return table;
    }
}
