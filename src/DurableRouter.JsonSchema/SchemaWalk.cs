using System.Text.Json;

namespace DurableRouter.JsonSchema;

/// <summary>
/// One validation. Without a sink it stops at the first violation and describes none; with one it goes on and tells them all.
/// </summary>
/// <remarks>
/// Recursion and alternatives together can ask for exponential work, so each node visited, and each stretch of text read, is a step, and
/// the number of steps is bounded. The count depends only on schema and value: the verdict is the same on every machine.
/// </remarks>
partial struct SchemaWalk(ViolationSink? sink)
{
    /// <summary>Several times what the largest accepted reply needs with a handful of alternatives at every value.</summary>
    public const int MaximumSteps = 5_000_000;

    /// <summary>
    /// Levels of the value, references and alternatives together. A reply has at most 64 levels of its own; the limit keeps the walk within
    /// a thread's stack.
    /// </summary>
    public const int MaximumDepth = 256;

    readonly ViolationSink? _sink = sink;
    int _steps;

    /// <summary>Why the walk gave up, or null. A walk that gave up has accepted nothing.</summary>
    public string? StopReason { get; private set; }

    readonly bool IsDone => StopReason is not null || _sink is null || _sink.IsFull;

    public bool Accepts(SchemaNode node, JsonElement value, int depth)
    {
        if (depth > MaximumDepth)
        {
            return Stop($"needs more than {MaximumDepth} levels of values, references and alternatives");
        }

        if (!Spend(1))
        {
            return false;
        }
        // The other keywords' messages would only be noise after a mismatch.
        if (node.Types != JsonTypes.Any && (node.Types & JsonTypeNames.Of(value)) == 0)
        {
            return Fail("type", node, value);
        }

        var valid = node.Reference is null || Accepts(node.Reference, value, depth + 1);
        if (valid || !IsDone)
        {
            valid &= node.Enum is null || node.Enum.Contains(value) || Fail("enum", node, value);
        }

        if (valid || !IsDone)
        {
            valid &= node.Const is null || node.Const.Contains(value) || Fail("const", node, value);
        }

        if (valid || !IsDone)
        {
            valid &= node.AnyOf is null || AcceptsAlternative(node.AnyOf, value, depth);
        }

        if (valid || !IsDone)
        {
            valid &= value.ValueKind switch
            {
                JsonValueKind.Object => node.Properties is null || AcceptsProperties(node.Properties, value, depth),
                JsonValueKind.Array => AcceptsItems(node, value, depth),
                JsonValueKind.String => AcceptsString(node, value),
                JsonValueKind.Number => node.Numbers is null || AcceptsNumber(node.Numbers, value),
                _ => true,
            };
        }
        return valid;
    }

    bool Spend(int steps)
    {
        if (StopReason is not null)
        {
            return false;
        }

        _steps += steps;
        return _steps <= MaximumSteps || Stop("takes too many comparisons to check against the schema");
    }

    bool Stop(string reason)
    {
        StopReason ??= reason;
        return false;
    }

    readonly bool Fail(string keyword, SchemaNode node, JsonElement value)
    {
        _sink?.Add(keyword, keyword switch
        {
            "type" => $"must be {JsonTypeNames.Describe(node.Types)}, was {JsonTypeNames.Describe(JsonTypeNames.Of(value))}",
            "enum" => $"must be one of {node.Enum!.Description}, was {ShortText.Of(value)}",
            _ => $"must be {node.Const!.Description}, was {ShortText.Of(value)}",
        });
        return false;
    }
}
