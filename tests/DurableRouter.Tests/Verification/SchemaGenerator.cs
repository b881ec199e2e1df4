using System.Text.Json.Nodes;

namespace DurableRouter.Tests.Verification;

/// <summary>Makes schemas of the subset, values that mostly fit them, and values that are a small change away.</summary>
sealed class SchemaGenerator(int seed)
{
    const string Definition = "tree";

    // Without the empty name: see the differences.
    static readonly string[] Names = ["id", "total", "näme", "a/b", "m~n", "quote\"d", "😀"];
    static readonly string[] Words = ["", "a", "ab", "abc", "Über", "x-1", "日本語", "😀", "😀😀", "line\nbreak", "tab\t", "\\", "A1", "99", " "];

    static readonly (string Pattern, string Sample)[] Patterns =
    [
        ("^[a-z]{2,4}$", "abc"), ("\\d", "x1y"), ("^\\S+$", "word"), ("^.$", "😀"), ("[^a]", "b"), ("^(?:ab|cd)*$", "abcd"),
        ("\\bno\\b", "say no more"), ("^\\w+$", "snake_1"), ("^[\\u{1F600}-\\u{1F64F}]+$", "😀😀"), ("\\p{Lu}", "aÜ"), ("^(?=.*\\d).{3,}$", "ab1"),
        ("\\s", "a b"), ("^[\\w.+-]+@", "a.b+c@"), ("^\\D*$", "none"), ("a|b", "b"), ("^[-a\\]]$", "-"), ("^$", ""),
    ];

    static readonly (string Format, string Sample)[] Formats =
    [
        ("date", "2024-02-29"), ("time", "23:59:60Z"), ("time", "12:00:00.5+01:30"), ("date-time", "2025-03-31T08:00:00Z"),
        ("duration", "P1Y2M3DT4H5M6S"), ("duration", "P3W"), ("email", "a.b@example.org"), ("hostname", "a-1.example.org"),
        ("ipv4", "192.168.0.1"), ("ipv6", "::ffff:1.2.3.4"), ("ipv6", "2001:db8::1"), ("uuid", "123e4567-e89b-12d3-a456-426614174000"),
    ];

    readonly Random _random = new(seed);

    public JsonObject Root()
    {
        var root = Schema(3);
        root["$defs"] = new JsonObject
        {
            [Definition] = JsonNode.Parse("""
                {"type":"object","properties":{"value":{"type":"integer"},"next":{"anyOf":[{"$ref":"#/$defs/tree"},{"type":"null"}]}},
                 "required":["value","next"],"additionalProperties":false}
                """),
        };
        return root;
    }

    JsonObject Schema(int depth) => _random.Next(depth > 0 ? 13 : 7) switch
    {
        0 or 1 => Text(),
        2 or 3 => Number(),
        4 => new JsonObject { ["type"] = Pick("boolean", "null", "string", "number", "integer") },
        5 => new JsonObject { ["enum"] = new JsonArray([.. Enumerable.Range(0, 1 + _random.Next(4)).Select(_ => Anything(1))]) },
        6 => _random.Next(2) == 0 ? new JsonObject { ["const"] = Anything(2) } : new JsonObject { ["$ref"] = "#/$defs/" + Definition },
        7 or 8 => Array(depth),
        9 => new JsonObject { ["anyOf"] = new JsonArray([.. Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => Schema(depth - 1))]) },
        10 => new JsonObject { ["type"] = new JsonArray("object", "null"), ["properties"] = new JsonObject { ["id"] = Schema(depth - 1) } },
        _ => Object(depth),
    };

    JsonObject Text()
    {
        var schema = new JsonObject { ["type"] = "string" };
        switch (_random.Next(4))
        {
            case 0:
                schema["minLength"] = _random.Next(3);
                schema["maxLength"] = 2 + _random.Next(3);
                break;
            case 1:
                schema["pattern"] = Pick(Patterns).Pattern;
                break;
            case 2:
                schema["format"] = Pick(Formats).Format;
                break;
            default:
                schema["enum"] = new JsonArray([.. Words.Take(1 + _random.Next(Words.Length)).Select(word => (JsonNode)word)]);
                break;
        }
        return schema;
    }

    JsonObject Number()
    {
        var schema = new JsonObject();
        if (_random.Next(3) > 0)
        {
            schema["type"] = Pick("integer", "number");
        }

        if (_random.Next(2) == 0)
        {
            schema[Pick("minimum", "exclusiveMinimum")] = _random.Next(-6, 2);
        }

        if (_random.Next(2) == 0)
        {
            schema[Pick("maximum", "exclusiveMaximum")] = 4 + _random.Next(4);
        }

        if (_random.Next(2) == 0)
        {
            schema["multipleOf"] = Pick(JsonNode.Parse("0.01")!, JsonNode.Parse("0.5")!, JsonNode.Parse("3")!, JsonNode.Parse("1.0")!).DeepClone();
        }

        return schema;
    }

    JsonObject Array(int depth)
    {
        var schema = new JsonObject { ["type"] = "array", ["items"] = Schema(depth - 1) };
        if (_random.Next(2) == 0)
        {
            schema["minItems"] = _random.Next(2);
        }

        if (_random.Next(2) == 0)
        {
            schema["maxItems"] = 2 + _random.Next(3);
        }

        return schema;
    }

    JsonObject Object(int depth)
    {
        var names = Names.Where(_ => _random.Next(2) == 0).ToList();
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(names.Select(name => KeyValuePair.Create(name, (JsonNode?)Schema(depth - 1)))),
            ["required"] = new JsonArray([.. names.Where(_ => _random.Next(3) > 0).Select(name => (JsonNode)name)]),
        };
        if (_random.Next(3) > 0)
        {
            schema["additionalProperties"] = _random.Next(3) == 0;
        }

        return schema;
    }

    /// <summary>A value meant to fit; sometimes it doesn't, which does no harm to a comparison.</summary>
    public JsonNode? Sample(JsonObject schema, JsonObject root, int depth = 0)
    {
        if (schema["const"] is { } fixedValue)
        {
            return fixedValue.DeepClone();
        }

        if (schema["enum"] is JsonArray values)
        {
            return values[_random.Next(values.Count)]?.DeepClone();
        }

        if (schema["$ref"] is not null)
        {
            return depth > 3 ? null : Sample((JsonObject)root["$defs"]![Definition]!, root, depth + 1);
        }

        if (schema["anyOf"] is JsonArray alternatives)
        {
            return Sample((JsonObject)alternatives[_random.Next(alternatives.Count)]!, root, depth + 1);
        }

        var type = schema["type"] is JsonArray types ? (string?)types[0] : (string?)schema["type"];
        switch (type)
        {
            case "object":
                var properties = (JsonObject)schema["properties"]!;
                return new JsonObject(properties.Where(_ => _random.Next(12) > 0)
                    .Select(property => KeyValuePair.Create(property.Key, Sample((JsonObject)property.Value!, root, depth + 1))));
            case "array":
                return new JsonArray([.. Enumerable.Range(0, 1 + _random.Next(2)).Select(_ => Sample((JsonObject)schema["items"]!, root, depth + 1))]);
            case "string":
                if (schema["pattern"] is { } pattern)
                {
                    return System.Array.Find(Patterns, pair => pair.Pattern == (string?)pattern).Sample;
                }

                if (schema["format"] is { } format)
                {
                    return Pick(Formats.Where(pair => pair.Format == (string?)format).ToArray()).Sample;
                }

                return Pick(Words);
            case "boolean":
                return _random.Next(2) == 0;
            case "null":
                return null;
            case "integer":
                return JsonNode.Parse(Pick("3", "0", "3.0", "30e-1", "-3"));
            default:
                return JsonNode.Parse(Pick("3", "1.5", "-0.0", "0.01", "3.14", "2.999"));
        }
    }

    /// <summary>The value with one place changed: replaced, dropped, added or bent.</summary>
    public JsonNode? Mutate(JsonNode? value)
    {
        switch (value)
        {
            case JsonObject map when map.Count > 0 && _random.Next(3) > 0:
                var name = map.ElementAt(_random.Next(map.Count)).Key;
                if (_random.Next(4) == 0)
                {
                    map.Remove(name);
                }
                else
                {
                    map[name] = Mutate(map[name]?.DeepClone());
                }

                return map;
            case JsonObject map:
                map[Pick(Names) + Pick("", "x")] = Anything(1);
                return map;
            case JsonArray list when list.Count > 0 && _random.Next(3) > 0:
                var index = _random.Next(list.Count);
                list[index] = Mutate(list[index]?.DeepClone());
                return list;
            case JsonArray list:
                list.Add(Anything(1));
                return list;
            case JsonValue text when text.TryGetValue<string>(out var characters) && _random.Next(3) > 0:
                return Bend(characters);
            default:
                return Anything(1);
        }
    }

    string Bend(string text)
    {
        var runes = text.EnumerateRunes().Select(rune => rune.ToString()).ToList();
        if (runes.Count > 0 && _random.Next(2) == 0)
        {
            runes.RemoveAt(_random.Next(runes.Count));
        }
        else
        {
            runes.Insert(_random.Next(runes.Count + 1), Pick("0", "9", "a", "Z", "-", ".", ":", "é", "😀", "\n", "_"));
        }

        return string.Concat(runes);
    }

    JsonNode? Anything(int depth) => _random.Next(depth > 0 ? 8 : 6) switch
    {
        0 => null,
        1 => _random.Next(2) == 0,
        2 => JsonNode.Parse(Pick("0", "1", "1.0", "-7", "5", "6.5", "1e2", "100")),
        6 => new JsonArray(Anything(depth - 1), Anything(depth - 1)),
        7 => new JsonObject { ["id"] = Anything(depth - 1), [Pick("total", "x")] = Anything(depth - 1) },
        _ => Pick(Words),
    };

    T Pick<T>(params T[] options) => options[_random.Next(options.Length)];
}
