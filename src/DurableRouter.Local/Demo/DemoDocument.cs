using System.Buffers;
using System.Text.Json;

namespace DurableRouter.Local.Demo;

/// <summary>One sample document and its two runs.</summary>
/// <param name="Marker">Its first line that no other sample holds: what the chaos script knows it by.</param>
sealed record DemoDocument(string Name, string Text, string Marker)
{
    /// <summary>The run through the shipped routes.</summary>
    public string RunId { get; set; } = "";

    /// <summary>The run with every step on the powerful tier.</summary>
    public string ComparisonId { get; set; } = "";

    /// <summary>The last event of <see cref="RunId"/> that was told.</summary>
    public string? LastEvent { get; set; }

    public JsonElement Input
    {
        get
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                json.WriteString("text", Text);
                json.WriteEndObject();
            }

            return JsonElement.Parse(buffer.WrittenSpan);
        }
    }

    /// <summary>The samples beside the program, by name.</summary>
    public static IReadOnlyList<DemoDocument> Load()
    {
        var files = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "samples", "documents"), "*.txt").Order(StringComparer.Ordinal);
        var texts = files.ToDictionary(f => Path.GetFileNameWithoutExtension(f), File.ReadAllText, StringComparer.Ordinal);
        return [.. texts.Select(t => new DemoDocument(t.Key, t.Value, MarkerOf(t.Key, texts)))];
    }

    static string MarkerOf(string name, Dictionary<string, string> texts) =>
        texts[name].Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .First(line => texts.All(t => t.Key == name || !t.Value.Contains(line, StringComparison.OrdinalIgnoreCase)));
}
