using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableRouter.Functions.Durable;

/// <summary>How our messages stand in the task hub: as JSON objects. What earlier programs wrote, strings that hold JSON, is read too.</summary>
/// <remarks>The Functions host reads a message with its own JSON library and writes it again, and that turns numbers into doubles: 0.10 becomes 0.1,
/// and digits behind the 15th are lost. A payload with such a number travels as text, in a member whose name ends in <c>Text</c>.</remarks>
abstract class HubMessageJson<T> : JsonConverter<T>
    where T : class
{
    const int SafeDigits = 15;

    public sealed override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return ReadFirstVersion(JsonElement.Parse(reader.GetString()!));
        }

        return Read(JsonElement.ParseValue(ref reader));
    }

    protected abstract T Read(JsonElement message);

    /// <param name="message">What the string held.</param>
    protected virtual T ReadFirstVersion(JsonElement message) => Read(message);

    protected static JsonElement? Payload(JsonElement message, string name) =>
        message.TryGetProperty(name + "Text", out var text) ? JsonElement.Parse(text.GetString()!)
        : message.TryGetProperty(name, out var payload) ? payload
        : null;

    protected static void WritePayload(Utf8JsonWriter writer, string name, JsonElement payload)
    {
        if (IsSafe(payload))
        {
            writer.WritePropertyName(name);
            payload.WriteTo(writer);
        }
        else
        {
            writer.WriteString(name + "Text", payload.GetRawText());
        }
    }

    /// <summary>Whether every number in it comes back as it was written.</summary>
    static bool IsSafe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().All(member => IsSafe(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().All(IsSafe),
        JsonValueKind.Number => IsSafe(value.GetRawText()),
        _ => true,
    };

    static bool IsSafe(string number)
    {
        var digits = number.AsSpan().TrimStart('-');
        var point = digits.IndexOf('.');
        return digits.IndexOfAny('e', 'E') < 0 && digits.Length <= SafeDigits
            && (point < 0 ? number != "-0" : double.Parse(number, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture) == number);
    }
}
