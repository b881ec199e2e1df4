using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Configuration.Yaml;

/// <summary>Takes the keys of one map, each with its type and range, and reports those nobody asked for.</summary>
/// <remarks>A faulty value is reported and a harmless one returned in its place, so that reading goes on and all problems are found at
/// once; nothing that was read is used when there are any.</remarks>
sealed class MapReader
{
    readonly MappingNode _map;
    readonly List<string> _asked = [];
    readonly HashSet<string> _refused = [];

    MapReader(MappingNode map, ProblemReporter problems, string what)
    {
        _map = map;
        Problems = problems;
        What = what;
    }

    public ProblemReporter Problems { get; }

    /// <summary>What the map describes, for messages.</summary>
    public string What { get; }

    public int Line => _map.Line;

    public IReadOnlyList<MappingEntry> Entries => _map.Entries;

    /// <returns>Null, reported, when the node is no map.</returns>
    public static MapReader? Open(ConfigNode? node, ProblemReporter problems, string what)
    {
        if (node is MappingNode map)
        {
            return new MapReader(map, problems, what);
        }

        if (node is not null)
        {
            problems.Report(node, $"{what} must be a map, not {node.Kind}");
        }

        return null;
    }

    public bool Has(string key) => _map.Find(key) is not null;

    public int LineOf(string key) => _map.Find(key)?.Line ?? Line;

    public ConfigNode? Optional(string key)
    {
        _asked.Add(key);
        return _map.Find(key)?.Value;
    }

    public ConfigNode? Required(string key)
    {
        var node = Optional(key);
        if (node is null)
        {
            Problems.Report(Line, $"{What} has no '{key}'");
        }

        return node;
    }

    /// <summary>Reports a key that has a meaning elsewhere or later, with the reason instead of "unknown".</summary>
    public void Refuse(string key, string why)
    {
        if (_map.Find(key) is { } entry && _refused.Add(key))
        {
            Problems.Report(entry.Line, $"'{key}' in {What}: {why}");
        }
    }

    public MapReader? Map(string key, bool required = false) => Open(required ? Required(key) : Optional(key), Problems, $"{key} of {What}");

    public string Text(string key) => Scalar(Required(key), key, ScalarKind.Text, "a text")?.Text ?? "";

    public string? TextOrNull(string key) => Scalar(Optional(key), key, ScalarKind.Text, "a text")?.Text;

    public bool Flag(string key, bool otherwise) =>
        Scalar(Optional(key), key, ScalarKind.Boolean, "true or false") is { } scalar ? YamlScalar.BooleanOf(scalar) : otherwise;

    public int? IntegerOrNull(string key, int least, int most) => WholeOf(Optional(key), key, least, most);

    /// <returns>Null, reported, when the key is missing or its value is refused.</returns>
    public int? Integer(string key, int least, int most) => WholeOf(Required(key), key, least, most);

    /// <summary>A number that is not below zero.</summary>
    public decimal? AmountOrNull(string key) => AmountOf(Optional(key), key);

    /// <summary>A number that is not below zero.</summary>
    /// <returns>Null, reported, when the key is missing or its value is refused.</returns>
    public decimal? Amount(string key) => AmountOf(Required(key), key);

    public double? NumberOrNull(string key, double least = double.MinValue, double most = double.MaxValue)
    {
        if (Number(Optional(key), key) is not { } scalar)
        {
            return null;
        }

        var value = double.Parse(YamlScalar.NumberOf(scalar), CultureInfo.InvariantCulture);
        if (value >= least && value <= most)
        {
            return value;
        }

        Problems.Report(scalar, string.Create(CultureInfo.InvariantCulture, $"{key} of {What} is {scalar.Text}; allowed: {least} to {most}"));
        return null;
    }

    public TimeSpan? DurationOrNull(string key)
    {
        if (Scalar(Optional(key), key, ScalarKind.Text, "a duration like 500ms, 30s, 10m, 24h or 7d") is not { } scalar)
        {
            return null;
        }

        if (Duration.Parse(scalar.Text) is { } duration)
        {
            return duration;
        }

        Problems.Report(scalar, $"{key} of {What} is '{scalar.Text}'; allowed: a duration like 500ms, 30s, 10m, 24h or 7d, more than zero and at most 365d");
        return null;
    }

    /// <summary>One word of a list, or null (reported unless the key is absent and optional).</summary>
    public T? Choice<T>(string key, IReadOnlyDictionary<string, T> allowed, bool required = false) where T : struct =>
        Scalar(required ? Required(key) : Optional(key), key, ScalarKind.Text, $"one of {string.Join(", ", allowed.Keys)}") is { } scalar
            ? Pick(scalar, allowed, $"{key} of {What}")
            : null;

    public T? Pick<T>(ScalarNode scalar, IReadOnlyDictionary<string, T> allowed, string what) where T : struct
    {
        if (allowed.TryGetValue(scalar.Text, out var value))
        {
            return value;
        }

        Problems.Report(scalar, $"{what} is '{scalar.Text}'{Suggestion.For(scalar.Text, allowed.Keys)}; allowed: {string.Join(", ", allowed.Keys)}");
        return null;
    }

    public string? Word(string key, params string[] allowed)
    {
        if (Scalar(Optional(key), key, ScalarKind.Text, $"one of {string.Join(", ", allowed)}") is not { } scalar)
        {
            return null;
        }

        if (allowed.Contains(scalar.Text))
        {
            return scalar.Text;
        }

        Problems.Report(scalar, $"{key} of {What} is '{scalar.Text}'{Suggestion.For(scalar.Text, allowed)}; allowed: {string.Join(", ", allowed)}");
        return null;
    }

    public IReadOnlyList<ConfigNode> Items(string key, bool required = false)
    {
        var node = required ? Required(key) : Optional(key);
        if (node is null or SequenceNode)
        {
            return (node as SequenceNode)?.Items ?? [];
        }

        Problems.Report(node, $"{key} of {What} must be a list, not {node.Kind}");
        return [];
    }

    /// <summary>A list of distinct, non-empty texts.</summary>
    public IReadOnlyList<ScalarNode> Texts(string key, bool required = false)
    {
        var texts = new List<ScalarNode>();
        foreach (var item in Items(key, required))
        {
            if (Scalar(item, key, ScalarKind.Text, "a text") is not { } text)
            {
                continue;
            }

            if (text.Text.Trim().Length == 0 || texts.Any(t => t.Text == text.Text))
            {
                Problems.Report(text, text.Text.Trim().Length == 0 ? $"{key} of {What} has an empty entry" : $"{key} of {What} names '{text.Text}' twice");
                continue;
            }

            texts.Add(text);
        }

        return texts;
    }

    public JsonElement? JsonOrNull(string key) => Optional(key) is { } node ? YamlScalar.ToJson(node, Problems) : null;

    /// <summary>Reports every key that was not asked for. Call it last.</summary>
    public void Close()
    {
        foreach (var entry in _map.Entries.Where(e => !_asked.Contains(e.Key) && !_refused.Contains(e.Key)))
        {
            Problems.Report(entry.Line, $"unknown key '{entry.Key}' in {What}{Suggestion.For(entry.Key, _asked)}; allowed: {string.Join(", ", _asked.Distinct())}");
        }
    }

    ScalarNode? Scalar(ConfigNode? node, string key, ScalarKind kind, string expected)
    {
        if (node is ScalarNode scalar && YamlScalar.KindOf(scalar) == kind)
        {
            return scalar;
        }

        if (node is not null)
        {
            Problems.Report(node, $"{key} of {What} must be {expected}, not {node.Kind}");
        }

        return null;
    }

    ScalarNode? Number(ConfigNode? node, string key)
    {
        if (node is ScalarNode scalar && YamlScalar.KindOf(scalar) is ScalarKind.Integer or ScalarKind.Float && scalar.Text.Length <= 30)
        {
            return scalar;
        }

        if (node is not null)
        {
            Problems.Report(node, $"{key} of {What} must be a number of at most 30 characters, not {node.Kind}");
        }

        return null;
    }

    int? WholeOf(ConfigNode? node, string key, int least, int most)
    {
        if (Number(node, key) is not { } scalar)
        {
            return null;
        }

        if (int.TryParse(YamlScalar.NumberOf(scalar), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= least && value <= most)
        {
            return value;
        }

        Problems.Report(scalar, $"{key} of {What} is {scalar.Text}; allowed: a whole number from {least} to {most}");
        return null;
    }

    decimal? AmountOf(ConfigNode? node, string key)
    {
        if (Number(node, key) is not { } scalar)
        {
            return null;
        }

        if (decimal.TryParse(YamlScalar.NumberOf(scalar), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value is >= 0 and <= 1_000_000)
        {
            return value;
        }

        Problems.Report(scalar, $"{key} of {What} is {scalar.Text}; allowed: 0 to 1000000 US dollars");
        return null;
    }
}
