using System.Text.Json;

namespace DurableRouter.Local.Output;

/// <summary>A JSON value as indented text: objects as names with values, lists as bullets. Every string of it is foreign and made safe.</summary>
static class JsonOutline
{
    const int Step = 2;

    public static IEnumerable<string> Lines(JsonElement value, int width, int indent = 0) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Member(member, width, indent)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(item => Item(item, width, indent)),
        _ => Wrap(Scalar(value), new string(' ', indent), new string(' ', indent), width),
    };

    static IEnumerable<string> Member(JsonProperty member, int width, int indent)
    {
        var name = new string(' ', indent) + SafeText.Of(member.Name);
        if (member.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            return Wrap(Scalar(member.Value), $"{name}: ", new string(' ', indent + Step), width);
        }

        return IsEmpty(member.Value) ? [$"{name}: none"] : Lines(member.Value, width, indent + Step).Prepend($"{name}:");
    }

    /// <summary>An object of plain values is one line while it fits, else a line for each of them.</summary>
    static IEnumerable<string> Item(JsonElement item, int width, int indent)
    {
        var bullet = new string(' ', indent) + "- ";
        if (item.ValueKind == JsonValueKind.Object && item.EnumerateObject().All(m => m.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)))
        {
            var told = string.Join("; ", item.EnumerateObject().Where(HasValue).Select(m => $"{SafeText.Of(m.Name)}: {Scalar(m.Value)}"));
            if (told.Length > 0 && bullet.Length + told.Length <= width && !told.Contains('\n'))
            {
                return [bullet + told];
            }
        }

        var lines = Lines(item, width, indent + Step).ToList();
        return lines.Count == 0 ? [bullet + "none"] : lines.Skip(1).Prepend(bullet + lines[0][(indent + Step)..]);
    }

    /// <summary>Within lists, what a model left open would only be noise.</summary>
    static bool HasValue(JsonProperty member) => member.Value.ValueKind is not JsonValueKind.Null && !(member.Value.ValueKind == JsonValueKind.String && member.Value.ValueEquals(""));

    static bool IsEmpty(JsonElement value) => value.ValueKind == JsonValueKind.Array ? value.GetArrayLength() == 0 : value.GetPropertyCount() == 0;

    static string Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => SafeText.Of(value.GetString()!),
        JsonValueKind.Null => "none",
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        _ => value.GetRawText(),
    };

    /// <summary>Breaks a text between its words.</summary>
    public static IEnumerable<string> Wrap(string text, string first, string hanging, int width)
    {
        var line = first;
        var start = first.Length;
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > start && line.Length + 1 + word.Length > width)
            {
                yield return line;
                (line, start) = (hanging, hanging.Length);
            }

            line += line.Length > start ? " " + word : word;
        }

        yield return line;
    }
}
