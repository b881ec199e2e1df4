using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DurableRouter.Simulation.Server;

namespace DurableRouter.Tests.Shared;

/// <summary>Plausible answers to any call: a value that fits the requested schema, with quotes that stand in the request, usage by
/// length, and no call of a tool. Members are filled by their names where a name says what a healthy answer is.</summary>
public static partial class SaneReplies
{
    const int MaxDepth = 16;

    public static FakeReply For(FakeCall call)
    {
        var answer = Answer(call.Request);
        var usage = new FakeUsage(Input: Math.Max(1, call.Request.GetProperty("messages").GetRawText().Length / 4), Output: Math.Max(1, answer.Length / 4));
        return FakeReply.Answer(call, answer, usage);
    }

    /// <summary>The text of the answer to a request.</summary>
    public static string Answer(JsonElement request)
    {
        if (!request.TryGetProperty("response_format", out var format) || !format.TryGetProperty("json_schema", out var outer))
        {
            return "A plain answer.";
        }

        var schema = outer.GetProperty("schema");
        return Value(schema, schema, null, Quote(request), 0)?.ToJsonString() ?? "null";
    }

    static JsonNode? Value(JsonElement schema, JsonElement root, string? name, string quote, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new InvalidOperationException("The schema is too deep, or refers to itself without an end.");
        }

        if (schema.TryGetProperty("$ref", out var reference))
        {
            return Value(Resolve(root, reference.GetString()!), root, name, quote, depth + 1);
        }

        if (schema.TryGetProperty("const", out var constant))
        {
            return JsonNode.Parse(constant.GetRawText());
        }

        if (schema.TryGetProperty("enum", out var choices))
        {
            return JsonNode.Parse(Choice(choices, name).GetRawText());
        }

        if (schema.TryGetProperty("anyOf", out var any))
        {
            return Value(any[0], root, name, quote, depth + 1);
        }

        return Type(schema) switch
        {
            "object" => Object(schema, root, quote, depth),
            "array" => Array(schema, root, name, quote, depth),
            "string" => Text(schema, name, quote),
            "integer" => (long)Math.Ceiling(Number(schema, name)),
            "number" => Number(schema, name),
            "boolean" => true,
            _ => null,
        };
    }

    static string? Type(JsonElement schema) =>
        !schema.TryGetProperty("type", out var type) ? schema.TryGetProperty("properties", out _) ? "object" : null
        : type.ValueKind == JsonValueKind.Array ? type[0].GetString()
        : type.GetString();

    static JsonElement Choice(JsonElement choices, string? name)
    {
        foreach (var choice in choices.EnumerateArray())
        {
            if (name is "verdict" or "status" or "result" && choice.GetString() is "pass" or "passed" or "ok" or "accept" or "accepted" or "approved" or "supported")
            {
                return choice;
            }
        }

        return choices[0];
    }

    static JsonObject Object(JsonElement schema, JsonElement root, string quote, int depth)
    {
        var result = new JsonObject();
        if (schema.TryGetProperty("properties", out var properties))
        {
            foreach (var property in properties.EnumerateObject())
            {
                result[property.Name] = Value(property.Value, root, property.Name, quote, depth + 1);
            }
        }

        return result;
    }

    static JsonArray Array(JsonElement schema, JsonElement root, string? name, string quote, int depth)
    {
        var least = schema.TryGetProperty("minItems", out var minimum) ? minimum.GetInt32() : 0;
        var count = name is "issues" or "problems" or "risk" or "risks" or "errors" ? least : Math.Max(least, 1);
        var result = new JsonArray();
        for (var i = 0; i < count; i++)
        {
            result.Add(Value(schema.GetProperty("items"), root, name, quote, depth + 1));
        }

        return result;
    }

    static string Text(JsonElement schema, string? name, string quote)
    {
        var text = schema.TryGetProperty("format", out var format) ? format.GetString() switch
        {
            "date" => "2026-01-15",
            "date-time" => "2026-01-15T09:30:00Z",
            "email" => "someone@example.com",
            "uuid" => "6f1c2a52-6a3c-4c8e-9c55-3d1f0f6f7a10",
            _ => "text",
        }
        : name is "quote" or "evidence" or "excerpt" ? quote : "text";
        var least = schema.TryGetProperty("minLength", out var minimum) ? minimum.GetInt32() : 0;
        text = text.PadRight(least, '.');
        return schema.TryGetProperty("maxLength", out var maximum) && text.Length > maximum.GetInt32() ? text[..maximum.GetInt32()] : text;
    }

    static double Number(JsonElement schema, string? name)
    {
        double? low = schema.TryGetProperty("minimum", out var minimum) ? minimum.GetDouble() : null;
        double? high = schema.TryGetProperty("maximum", out var maximum) ? maximum.GetDouble() : null;
        var wish = name switch { "confidence" or "score" => 0.9, "complexity" => 2, _ => low ?? 1 };
        return Math.Min(Math.Max(wish, low ?? wish), high ?? wish);
    }

    static JsonElement Resolve(JsonElement root, string reference)
    {
        var at = root;
        foreach (var step in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            at = at.GetProperty(step);
        }

        return at;
    }

    // The longest run of plain words in the data of the last message: plain, so that it reads the same inside JSON and outside. The lines
    // that mark where a field begins and ends are no data.
    static string Quote(JsonElement request)
    {
        var messages = request.GetProperty("messages");
        var last = messages[messages.GetArrayLength() - 1].GetProperty("content").GetString() ?? "";
        return PlainWords().Matches(FieldMark().Replace(last, "\n")).Select(match => match.Value.Trim()).MaxBy(words => words.Length) ?? "";
    }

    [GeneratedRegex("^</?field [^\\n]*$", RegexOptions.Multiline)]
    private static partial Regex FieldMark();

    [GeneratedRegex(@"\b[A-Za-z][A-Za-z0-9 ]{3,80}(?![A-Za-z0-9]|[.,][0-9])")]
    private static partial Regex PlainWords();
}
