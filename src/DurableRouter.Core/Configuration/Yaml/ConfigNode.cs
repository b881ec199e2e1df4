namespace DurableRouter.Core.Configuration.Yaml;

/// <summary>A node of a YAML file that remembers where it stands.</summary>
/// <param name="Line">From 1. A collection under a key stands where its key does: that is where a missing key is looked for.</param>
abstract record ConfigNode(int Line)
{
    /// <summary>What the node is, in the words of an error message.</summary>
    public abstract string Kind { get; }

    /// <summary>The node that an RFC 6901 pointer leads to, or the last one on the way that exists.</summary>
    /// <returns>Its line; for an entry of a mapping the key's line.</returns>
    public int LineAt(string pointer)
    {
        var (node, line) = (this, Line);
        foreach (var part in pointer.Split('/').Skip(1).Select(p => p.Replace("~1", "/").Replace("~0", "~")))
        {
            switch (node)
            {
                case MappingNode map when map.Find(part) is { } entry:
                    (node, line) = (entry.Value, entry.Line);
                    break;
                case SequenceNode list when int.TryParse(part, out var at) && at >= 0 && at < list.Items.Count:
                    (node, line) = (list.Items[at], list.Items[at].Line);
                    break;
                default:
                    return line;
            }
        }

        return line;
    }
}

/// <param name="Plain">False when quoted or a block: then it is text, whatever it looks like.</param>
sealed record ScalarNode(int Line, string Text, bool Plain) : ConfigNode(Line)
{
    public override string Kind => YamlScalar.KindOf(this) switch
    {
        ScalarKind.Null => "nothing",
        ScalarKind.Boolean => "a boolean",
        ScalarKind.Integer or ScalarKind.Float => "a number",
        ScalarKind.NotFinite => "infinite or no number",
        _ => "a text",
    };
}

sealed record SequenceNode(int Line, IReadOnlyList<ConfigNode> Items) : ConfigNode(Line)
{
    public override string Kind => "a list";
}

/// <param name="Entries">In the file's order, each key once.</param>
sealed record MappingNode(int Line, IReadOnlyList<MappingEntry> Entries) : ConfigNode(Line)
{
    public override string Kind => "a map";

    public MappingEntry? Find(string key) => Entries.FirstOrDefault(e => e.Key == key);
}

sealed record MappingEntry(string Key, int Line, ConfigNode Value);
