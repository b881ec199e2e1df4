using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace DurableRouter.Core.Configuration.Yaml;

/// <summary>Builds a file's node tree from the parser's events. Unlike binding to classes it keeps the line of every node, finds every
/// duplicate key, and bounds what a hostile file can cost.</summary>
sealed class YamlTree
{
    /// <summary>UTF-16 units of one file.</summary>
    public const int MaxLength = 1024 * 1024;
    public const int MaxDepth = 64;

    /// <summary>Nodes of one file with every alias written out, which is what a nest of aliases multiplies.</summary>
    public const int MaxNodes = 50_000;

    readonly Parser _parser;
    readonly ProblemReporter _problems;
    readonly Dictionary<string, (ConfigNode Node, int Size, int Height)> _anchors = [];

    YamlTree(string yaml, ProblemReporter problems)
    {
        _parser = new Parser(new StringReader(yaml));
        _problems = problems;
    }

    /// <returns>Null when the file has no usable tree; the reason is reported.</returns>
    public static ConfigNode? Read(string yaml, ProblemReporter problems)
    {
        if (yaml.Length > MaxLength)
        {
            problems.Report(1, $"the file is {yaml.Length} characters long; allowed: {MaxLength}");
            return null;
        }

        var tree = new YamlTree(yaml, problems);
        try
        {
            return tree.Document();
        }
        catch (YamlException fault)
        {
            problems.Report(Math.Max(1, (int)fault.Start.Line), $"not valid YAML: {fault.Message}");
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // The scanner throws these at some unfinished texts instead of its own exception.
            problems.Report(Math.Max(1, (int)(tree._parser.Current?.End.Line ?? 1)), "not valid YAML: the text breaks off or is not closed after this line");
        }

        return null;
    }

    ConfigNode? Document()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            _problems.Report(1, "the file is empty");
            return null;
        }

        _parser.Consume<DocumentStart>();
        var (root, _, _) = Node(null, 0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
        {
            _problems.Report((int)second.Start.Line, "a second document in the file; allowed: one");
            return null;
        }

        return root;
    }

    (ConfigNode Node, int Size, int Height) Node(int? keyLine, int depth)
    {
        var at = _parser.Current?.Start ?? Mark.Empty;
        if (depth > MaxDepth)
        {
            throw new YamlException(at, at, $"nested deeper than {MaxDepth} levels");
        }

        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            return Alias(alias, depth);
        }

        var start = _parser.Consume<NodeEvent>();
        if (!start.Tag.IsEmpty)
        {
            throw new YamlException(start.Start, start.End, "tags are not allowed: quote a value that is a text");
        }

        var line = (int)start.Start.Line;
        var built = start switch
        {
            Scalar scalar => (new ScalarNode(line, scalar.Value, scalar.Style == ScalarStyle.Plain), 1, 0),
            SequenceStart => Sequence(keyLine ?? line, depth),
            _ => Mapping(keyLine ?? line, depth),
        };
        if (!start.Anchor.IsEmpty)
        {
            _anchors[start.Anchor.Value] = built;
        }

        return built;
    }

    (ConfigNode Node, int Size, int Height) Alias(AnchorAlias alias, int depth)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var target))
        {
            throw new YamlException(alias.Start, alias.End, $"alias '{alias.Value.Value}' has no finished anchor before it");
        }

        if (depth + target.Height > MaxDepth)
        {
            throw new YamlException(alias.Start, alias.End, $"nested deeper than {MaxDepth} levels");
        }

        return target;
    }

    (ConfigNode Node, int Size, int Height) Sequence(int line, int depth)
    {
        var items = new List<ConfigNode>();
        var (size, height) = (1, 0);
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(Child(null, depth, ref size, ref height));
        }

        return (new SequenceNode(line, items), size, height);
    }

    (ConfigNode Node, int Size, int Height) Mapping(int line, int depth)
    {
        var entries = new Dictionary<string, MappingEntry>();
        var (size, height) = (1, 0);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var at = _parser.Current?.Start ?? Mark.Empty;
            if (!_parser.TryConsume<Scalar>(out var key))
            {
                throw new YamlException(at, at, "a key must be a plain or quoted text");
            }

            var entry = new MappingEntry(key.Value, (int)key.Start.Line, Child((int)key.Start.Line, depth, ref size, ref height));
            if (!entries.TryAdd(entry.Key, entry))
            {
                _problems.Report(entry.Line, $"duplicate key '{entry.Key}'; first on line {entries[entry.Key].Line}");
            }
        }

        return (new MappingNode(line, [.. entries.Values]), size, height);
    }

    ConfigNode Child(int? keyLine, int depth, ref int size, ref int height)
    {
        var at = _parser.Current?.Start ?? Mark.Empty;
        var child = Node(keyLine, depth + 1);
        size += child.Size;
        height = Math.Max(height, child.Height + 1);
        return size <= MaxNodes ? child.Node : throw new YamlException(at, at, $"more than {MaxNodes} values, aliases written out");
    }
}
