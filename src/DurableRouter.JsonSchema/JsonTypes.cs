using System.Text.Json;

namespace DurableRouter.JsonSchema;

/// <summary>The values of the <c>type</c> keyword as a set.</summary>
[Flags]
enum JsonTypes
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Object = 4,
    Array = 8,
    String = 16,

    /// <summary>Numbers with a fraction; <c>number</c> is this together with <see cref="Integer"/>.</summary>
    Fraction = 32,
    Integer = 64,
    Number = Fraction | Integer,
    Any = Null | Boolean | Object | Array | String | Number,
}

static class JsonTypeNames
{
    static readonly (string Name, JsonTypes Type)[] Names =
    [
        ("string", JsonTypes.String), ("number", JsonTypes.Number), ("integer", JsonTypes.Integer), ("boolean", JsonTypes.Boolean),
        ("object", JsonTypes.Object), ("array", JsonTypes.Array), ("null", JsonTypes.Null),
    ];

    public static JsonTypes Parse(string? name) => Array.Find(Names, pair => pair.Name == name).Type;

    public static JsonTypes Of(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => JsonTypes.Null,
        JsonValueKind.True or JsonValueKind.False => JsonTypes.Boolean,
        JsonValueKind.Object => JsonTypes.Object,
        JsonValueKind.Array => JsonTypes.Array,
        JsonValueKind.String => JsonTypes.String,
        _ => ExactNumber.Of(value).IsInteger ? JsonTypes.Integer : JsonTypes.Fraction,
    };

    /// <summary>"a string", "an object or null": how a message names a set of types.</summary>
    public static string Describe(JsonTypes types)
    {
        var parts = new List<string>();
        foreach (var (name, type) in Names)
        {
            var coveredByNumber = type == JsonTypes.Integer && types.HasFlag(JsonTypes.Number);
            if (types.HasFlag(type) && !coveredByNumber)
            {
                parts.Add(WithArticle(name));
            }
        }
        if (parts.Count == 0)
        {
            return "a number with a fraction";
        }

        return parts.Count == 1 ? parts[0] : $"{string.Join(", ", parts.SkipLast(1))} or {parts[^1]}";
    }

    static string WithArticle(string name) => name switch
    {
        "null" => name,
        "integer" or "object" or "array" => "an " + name,
        _ => "a " + name,
    };
}
