using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace DurableRouter.Http.Bodies;

/// <summary>The form of a request that two equal requests share: names sorted by code point, no white space, numbers as written.</summary>
public static class RequestHash
{
    /// <summary>SHA-256, lower-case hex, of a name, a line feed and the members of a canonical object.</summary>
    /// <param name="skip">A member of <paramref name="body"/> that doesn't count.</param>
    public static string Of(string name, JsonElement body, string? skip)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        buffer.Write(Encoding.UTF8.GetBytes(name + "\n"));
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            Write(json, body, skip);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer.WrittenSpan, hash);
        return Convert.ToHexStringLower(hash);
    }

    static void Write(Utf8JsonWriter json, JsonElement value, string? skip)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in value.EnumerateObject().Where(m => m.Name != skip).OrderBy(m => m.Name, StringComparer.Ordinal))
                {
                    json.WritePropertyName(member.Name);
                    Write(json, member.Value, null);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(json, item, null);
                }

                json.WriteEndArray();
                break;
            default:
                value.WriteTo(json);
                break;
        }
    }
}
