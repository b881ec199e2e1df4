namespace DurableRouter.Core.Models;

/// <summary>The thinking that a model writes in front of its answer, where the server doesn't tell the two apart.</summary>
/// <remarks>Marks of DeepSeek, Qwen and most others (<c>think</c>), of Cohere, Kimi and NVIDIA, and of prompts that ask for it.</remarks>
static class Thoughts
{
    static readonly (string Open, string Close)[] Marks =
    [
        ("<think>", "</think>"), ("<thinking>", "</thinking>"), ("<thought>", "</thought>"), ("<reasoning>", "</reasoning>"), ("<reflection>", "</reflection>"),
        ("<|START_THINKING|>", "<|END_THINKING|>"), ("◁think▷", "◁/think▷"), ("<|begin_of_thought|>", "<|end_of_thought|>"), ("[THINK]", "[/THINK]"),
        ("<seed:think>", "</seed:think>"),
    ];

    /// <summary>The text behind the thought that it begins with; the text itself when it begins with none, or with one that doesn't end.</summary>
    public static string ReadPast(string text)
    {
        var rest = text;
        while (Begins(rest, out var mark))
        {
            var end = rest.IndexOf(mark.Close, StringComparison.OrdinalIgnoreCase);
            if (end < 0)
            {
                return text;
            }

            rest = rest[(end + mark.Close.Length)..];
        }

        return Headless(rest) ?? rest;
    }

    /// <summary>Whether a text is a thought that doesn't end: the model was cut off before its answer.</summary>
    public static bool IsUnfinished(string text) =>
        Begins(text, out var mark) && text.IndexOf(mark.Close, StringComparison.OrdinalIgnoreCase) < 0;

    /// <summary>Some servers put the opening mark into the prompt, so only the closing one comes.</summary>
    static string? Headless(string text)
    {
        var start = text.AsSpan().TrimStart();
        if (start.IsEmpty || start[0] is '{' or '[')
        {
            return null; // an answer that speaks of such a mark
        }

        foreach (var (_, close) in Marks)
        {
            var end = text.LastIndexOf(close, StringComparison.OrdinalIgnoreCase);
            if (end >= 0 && text.AsSpan(end + close.Length).TrimStart() is [('{' or '`'), ..])
            {
                return text[(end + close.Length)..];
            }
        }

        return null;
    }

    static bool Begins(string text, out (string Open, string Close) mark)
    {
        var start = text.AsSpan().TrimStart().TrimStart('\uFEFF');
        foreach (var each in Marks)
        {
            if (start.StartsWith(each.Open, StringComparison.OrdinalIgnoreCase))
            {
                mark = each;
                return true;
            }
        }

        mark = default;
        return false;
    }
}
