using System.Text.Json;

namespace DurableRouter.JsonSchema;

/// <summary>Connects each <c>$ref</c> to its target and refuses chains that never reach a value.</summary>
sealed class SchemaReferences(List<SchemaIssue> issues)
{
    /// <summary>References and alternatives in a row that all look at the same value.</summary>
    public const int MaximumChain = 64;

    const string DefinitionPrefix = "#/$defs/";

    readonly Dictionary<string, SchemaNode> _definitions = new(StringComparer.Ordinal);
    readonly List<(SchemaNode From, string Target, string Pointer)> _links = [];
    readonly List<(SchemaNode Node, string Pointer)> _nodes = [];
    readonly Dictionary<SchemaNode, int> _heights = [];
    bool _reportedChain;

    public void Register(SchemaNode node, string pointer) => _nodes.Add((node, pointer));

    public void Define(string name, SchemaNode node) => _definitions[name] = node;

    public void Add(SchemaNode from, JsonElement value, string pointer)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            _links.Add((from, value.GetString()!, pointer));
        }
        else
        {
            issues.Add(new SchemaIssue(pointer, "'$ref' must be a string"));
        }
    }

    public void Resolve(SchemaNode root)
    {
        foreach (var (from, target, pointer) in _links)
        {
            if (target == "#")
            {
                from.Reference = root;
            }
            else if (DefinitionName(target) is not { } name)
            {
                issues.Add(new SchemaIssue(pointer, $"'$ref' must be '#' or '#/$defs/NAME', was '{ShortText.Of(target)}'"));
            }
            else if (_definitions.TryGetValue(name, out var definition))
            {
                from.Reference = definition;
            }
            else
            {
                issues.Add(new SchemaIssue(pointer, $"'$ref' points to '{ShortText.Of(name)}', which '$defs' lacks"));
            }
        }
        foreach (var (node, pointer) in _nodes)
        {
            Measure(node, pointer, 0);
        }
    }

    /// <summary>The longest way through references and alternatives; a loop is one that never ends.</summary>
    int Measure(SchemaNode node, string pointer, int above)
    {
        if (_heights.TryGetValue(node, out var known))
        {
            return known;
        }

        if (above > MaximumChain)
        {
            ReportChain(pointer);
            return MaximumChain;
        }
        var below = node.Reference is null ? 0 : 1 + Measure(node.Reference, pointer, above + 1);
        foreach (var alternative in node.AnyOf ?? [])
        {
            below = Math.Max(below, 1 + Measure(alternative, pointer, above + 1));
        }

        _heights[node] = below;
        if (below > MaximumChain)
        {
            ReportChain(pointer);
        }

        return Math.Min(below, MaximumChain);
    }

    // Once: every schema on the chain, or before it, has the same fault.
    void ReportChain(string pointer)
    {
        if (!_reportedChain)
        {
            issues.Add(new SchemaIssue(pointer,
                $"'$ref' and 'anyOf' lead back here, or on for more than {MaximumChain} steps, without reaching into the value"));
        }
        _reportedChain = true;
    }

    static string? DefinitionName(string target)
    {
        if (!target.StartsWith(DefinitionPrefix, StringComparison.Ordinal))
        {
            return null;
        }

        var token = target[DefinitionPrefix.Length..];
        if (token.Length == 0 || token.Contains('/'))
        {
            return null;
        }
        // A fragment is percent-encoded outside of the pointer's own escapes.
        return Uri.UnescapeDataString(token).Replace("~1", "/").Replace("~0", "~");
    }
}
