using System.Text.RegularExpressions;
using DurableRouter.Core.Errors;

namespace DurableRouter.Core.Models;

/// <summary>What an error means that its status doesn't tell: a spent quota, a filter, a text that is too long. Codes decide where there are some; gateways without
/// codes are told by their words.</summary>
/// <remarks>Codes and words from the references and the public issue lists of OpenAI, Azure, Anthropic, Google, Amazon Bedrock, Mistral, Cohere, DeepSeek, Alibaba, Zhipu,
/// Moonshot, xAI, OpenRouter, Fireworks, vLLM, SGLang, TGI, LM Studio, Ollama and llama.cpp.</remarks>
static class ProviderWords
{
    static readonly string[] QuotaCodes =
    [
        "insufficient_quota", "billing_hard_limit_reached", "insufficient_balance", "insufficient_user_quota", "insufficient_credits", "credit_balance_too_low", "billing_error",
        "billing_not_active", "exceeded_current_quota_error", "arrearage", "access_terminated",
    ];

    static readonly string[] ContextCodes =
    [
        "context_length_exceeded", "exceed_context_size_error", "context_window_exceeded", "model_context_window_exceeded", "context_limit_exceeded", "input_too_long",
        "prompt_too_long", "string_above_max_length", "tokens_limit_reached", "max_tokens_exceeded", "request_too_large",
    ];

    static readonly string[] FilterCodes =
    [
        "content_filter", "content_filtered", "content_policy_violation", "content_policy", "ResponsibleAIPolicyViolation", "invalid_prompt", "cyber_policy",
        "cyber_policy_violation", "data_inspection_failed", "DataInspectionFailed", "moderation", "moderation_blocked", "moderation_error", "content_moderation",
        "sensitive", "sensitive_content", "sensitive_words_detected", "safety", "safety_violation", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "IMAGE_SAFETY",
        "policy_violation", "usage_policy_violation", "guardrail_intervened", "guardrails", "content_blocked", "content_not_allowed", "risk_control", "1301",
        "InputTextSensitiveContentDetected", "OutputTextSensitiveContentDetected", "SensitiveContentDetected", "bio_policy", "input_moderation", "output_moderation",
    ];

    const RegexOptions Options = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline;

    static readonly Regex Quota = Words(
        "insufficient (?:account )?(?:balance|credits?|quota|funds)", "exceeded your current quota", "credit balance is too low", "out of credits", "no credits", "requires more credits",
        "never purchased credits");

    static readonly Regex Context = Words(
        "(?:maximum|max|model'?s?|available|supported|the) (?:context|prompt|input|sequence|model) (?:length|window|size|limit)", "context[ _](?:length|window|size|limit)",
        "max_model_len", "max[ _]seq[ _]len", "prompt is too long", "(?:input|prompt|request|message|conversation|text|content|query)[^.]{0,60}(?:is|are|was) too (?:long|large)",
        "(?:input|prompt) too (?:long|large)", "too many (?:input |prompt |total )?tokens", "token count[^.]{0,80}exceeds", "tokens?[^.]{0,80}exceeds? the (?:maximum|limit|model)",
        "input length[^.]{0,80}exceed", "`inputs`[^.]{0,80}(?:must have less|max_new_tokens)", "reduce the length of (?:the|your) (?:messages|prompt|input|conversation)",
        "input tokens? (?:exceed|limit)", "exceeds?[^.]{0,40}(?:maximum|max)[^.]{0,40}tokens", "longer than the (?:maximum )?model", "number of tokens[^.]{0,80}(?:exceed|greater|too large)",
        "tokens (?:to keep|>|is greater than)[^.]{0,80}context", "string too long");

    static readonly Regex Filter = Words(
        "content exists risk", "content[ _-]filter", "content management policy", "content[ _-]?polic(?:y|ies)", "content moderation", "moderation", "usage polic(?:y|ies)",
        "(?:flagged|blocked|rejected|refused|filtered|stopped)[^.]{0,80}(?:safety|policy|policies|moderation|sensitive|harmful|inappropriate|filter|guardrail|risk|violat)",
        "safety (?:system|filter|settings|checks?|polic(?:y|ies)|reasons?)", "inappropriate content", "sensitive (?:content|information|words?)", "unsafe or sensitive",
        "prohibited[ _]content", "prohibited use", "responsible ?ai", "violat(?:e|es|ed|ing|ion)[^.]{0,80}(?:polic(?:y|ies)|guidelines|terms)", "guardrail",
        "harmful content", "data[ _]inspection", "high[ -]risk (?:content|cyber|biolog)", "potentially (?:harmful|unsafe|sensitive)", "input was flagged", "(?:prompt|content|request) was (?:flagged|blocked)");

    // "Requests too large for tokens per minute" is a limit of rates, although it speaks of tokens.
    static readonly Regex Rate = Words("per (?:minute|second|hour|day)", @"\btp[md]\b", @"\brp[md]\b", "rate[ -]limit", "too many requests");

    /// <returns>A code of <see cref="FailureCodes"/>; null: the status says all there is.</returns>
    public static string? CodeOf(int status, ProviderError error)
    {
        if (error.Is(QuotaCodes))
        {
            return FailureCodes.QuotaExhausted;
        }

        if (error.Is(ContextCodes) && !(error.Is("request_too_large") && Rate.IsMatch(error.Words)))
        {
            return FailureCodes.ContextTooLong;
        }

        if (error.Is(FilterCodes))
        {
            return FailureCodes.ContentFiltered;
        }

        // Who is told to wait, or not let in, is not told about the text.
        if (status is 401 or 404 or 408 or 425 or 429 || Rate.IsMatch(error.Words))
        {
            return status == 429 && error.RetryAfter is null && Quota.IsMatch(error.Words) ? FailureCodes.QuotaExhausted : null;
        }

        // A filter before a length: what is taken for a filter goes to nobody else unless the pipeline lets it.
        return Filter.IsMatch(error.Words) ? FailureCodes.ContentFiltered
            : Context.IsMatch(error.Words) ? FailureCodes.ContextTooLong
            : Quota.IsMatch(error.Words) ? FailureCodes.QuotaExhausted
            : null;
    }

    static Regex Words(params ReadOnlySpan<string> patterns) => new(string.Join('|', patterns), Options);
}
