using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Configuration.Yaml;

enum ScalarKind
{
    Null,
    Boolean,
    Integer,
    Float,

    /// <summary>Infinity or not-a-number, which JSON can't say.</summary>
    NotFinite,
    Text,
}

/// <summary>The YAML 1.2 core schema: what a scalar means. <c>yes</c>, <c>on</c> and dates are texts, unlike in YAML 1.1.</summary>
static partial class YamlScalar
{
    public static ScalarKind KindOf(ScalarNode scalar) => !scalar.Plain ? ScalarKind.Text : scalar.Text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => ScalarKind.Null,
        "true" or "True" or "TRUE" or "false" or "False" or "FALSE" => ScalarKind.Boolean,
        var text when Integer().IsMatch(text) => ScalarKind.Integer,
        var text when Float().IsMatch(text) => ScalarKind.Float,
        var text when NotFinite().IsMatch(text) => ScalarKind.NotFinite,
        _ => ScalarKind.Text,
    };

    public static bool BooleanOf(ScalarNode scalar) => scalar.Text is "true" or "True" or "TRUE";

    /// <summary>The JSON number that an integer or float scalar stands for, in canonical form.</summary>
    public static string NumberOf(ScalarNode scalar)
    {
        var text = scalar.Text;
        if (text.StartsWith("0x", StringComparison.Ordinal))
        {
            // The leading zero keeps a high first digit from being read as a sign.
            return BigInteger.Parse("0" + text[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        }

        return text.StartsWith("0o", StringComparison.Ordinal)
            ? text[2..].Aggregate(BigInteger.Zero, (sum, digit) => sum * 8 + (digit - '0')).ToString(CultureInfo.InvariantCulture)
            : CanonicalNumber.Format(text);
    }

    /// <summary>Writes the node as JSON. What JSON can't say is reported and written as null.</summary>
    public static void Write(Utf8JsonWriter writer, ConfigNode node, ProblemReporter problems)
    {
        switch (node)
        {
            case MappingNode map:
                writer.WriteStartObject();
                foreach (var entry in map.Entries)
                {
                    writer.WritePropertyName(entry.Key);
                    Write(writer, entry.Value, problems);
                }

                writer.WriteEndObject();
                break;
            case SequenceNode list:
                writer.WriteStartArray();
                foreach (var item in list.Items)
                {
                    Write(writer, item, problems);
                }

                writer.WriteEndArray();
                break;
            case ScalarNode scalar:
                WriteScalar(writer, scalar, problems);
                break;
        }
    }

    public static JsonElement ToJson(ConfigNode node, ProblemReporter problems)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            Write(writer, node, problems);
        }

        using var document = JsonDocument.Parse(stream.ToArray());
        return document.RootElement.Clone();
    }

    static void WriteScalar(Utf8JsonWriter writer, ScalarNode scalar, ProblemReporter problems)
    {
        switch (KindOf(scalar))
        {
            case ScalarKind.Null:
                writer.WriteNullValue();
                break;
            case ScalarKind.Boolean:
                writer.WriteBooleanValue(BooleanOf(scalar));
                break;
            case ScalarKind.Integer or ScalarKind.Float when scalar.Text.Length <= 100:
                writer.WriteRawValue(NumberOf(scalar));
                break;
            case ScalarKind.Text:
                writer.WriteStringValue(scalar.Text);
                break;
            default:
                problems.Report(scalar, "a number must be finite and at most 100 characters long");
                writer.WriteNullValue();
                break;
        }
    }

    [GeneratedRegex(@"^([-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Integer();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Float();

    [GeneratedRegex(@"^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z", RegexOptions.CultureInvariant)]
    private static partial Regex NotFinite();
}
