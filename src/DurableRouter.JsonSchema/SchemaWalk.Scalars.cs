using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace DurableRouter.JsonSchema;

partial struct SchemaWalk
{
    const int BytesPerStep = 64;

    bool AcceptsString(SchemaNode node, JsonElement value)
    {
        var raw = JsonText.Raw(value);
        if (!Spend(raw.Length / BytesPerStep))
        {
            return false;
        }

        if (!node.ReadsText && !raw.Contains((byte)'\\'))
        {
            return Utf8.IsValid(raw) || FailText();
        }

        using var text = new JsonText(raw, stackalloc char[JsonText.ScratchLength]);
        if (text.IsBroken)
        {
            return FailText();
        }

        return !node.ReadsText || AcceptsText(node, text.Chars);
    }

    bool AcceptsText(SchemaNode node, ReadOnlySpan<char> text)
    {
        var valid = true;
        if (node.MinLength > 0 || node.MaxLength < int.MaxValue)
        {
            // Every code point ends in exactly one unit that is not the first half of a pair.
            var length = text.Length;
            foreach (var unit in text)
            {
                length -= char.IsHighSurrogate(unit) ? 1 : 0;
            }

            if (length < node.MinLength)
            {
                valid = _sink is not null && Fail("minLength", $"must have at least {node.MinLength} characters, has {length}");
            }
            else if (length > node.MaxLength)
            {
                valid = _sink is not null && Fail("maxLength", $"must have at most {node.MaxLength} characters, has {length}");
            }
        }
        if (node.Pattern is not null && (valid || !IsDone))
        {
            valid &= Matches(node.Pattern, text) || (!IsDone && FailText("pattern", $"match the pattern {node.PatternText}", text));
        }

        if (node.Format is not null && (valid || !IsDone))
        {
            valid &= node.Format.Accepts(text) || (!IsDone && FailText("format", $"be {node.Format.Description}", text));
        }

        return valid;
    }

    bool Matches(Regex pattern, ReadOnlySpan<char> text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            // One slow text must not let ten thousand of them take the limit each.
            return Stop("holds text that takes too long to match against a pattern");
        }
    }

    readonly bool AcceptsNumber(NumberBounds bounds, JsonElement value)
    {
        var number = ExactNumber.Of(value);
        var valid = bounds.Minimum is null || number.CompareTo(bounds.Minimum.Value) >= 0
            || FailNumber("minimum", "be at least", bounds.Minimum, value);
        if (bounds.Maximum is not null && (valid || !IsDone))
        {
            valid &= number.CompareTo(bounds.Maximum.Value) <= 0 || FailNumber("maximum", "be at most", bounds.Maximum, value);
        }

        if (bounds.ExclusiveMinimum is { } above && (valid || !IsDone))
        {
            valid &= number.CompareTo(above.Value) > 0 || FailNumber("exclusiveMinimum", "be greater than", above, value);
        }

        if (bounds.ExclusiveMaximum is { } below && (valid || !IsDone))
        {
            valid &= number.CompareTo(below.Value) < 0 || FailNumber("exclusiveMaximum", "be less than", below, value);
        }

        if (bounds.MultipleOf is { } step && (valid || !IsDone))
        {
            valid &= number.IsMultipleOf(step.Significand, step.LastPower)
                || FailNumber("multipleOf", "be a multiple of", step, value);
        }
        return valid;
    }

    readonly bool FailNumber(string keyword, string relation, NumberBound bound, JsonElement value) =>
        _sink is not null && Fail(keyword, $"must {relation} {ShortText.Of(bound.Text)}, was {ShortText.Of(value)}");

    readonly bool FailText(string keyword, string demand, ReadOnlySpan<char> text)
    {
        var shown = ShortText.Of(text[..Math.Min(text.Length, ShortText.DefaultLength * 2)].ToString());
        return Fail(keyword, $"must {demand}, was \"{shown}\"");
    }

    readonly bool FailText() => Fail("type", "must be Unicode text; it holds half of a surrogate pair or bytes that are not UTF-8");
}
