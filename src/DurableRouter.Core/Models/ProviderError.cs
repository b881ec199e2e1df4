using System.Text.Json;

namespace DurableRouter.Core.Models;

/// <summary>The error object of a provider, as far as it can be read: the shapes differ between gateways.</summary>
/// <param name="Code">Of the error, else of its inner error.</param>
/// <param name="Status">An HTTP status that a gateway put inside the body.</param>
sealed record ProviderError(string? Code, string? Type, string? Message, int? Status)
{
    /// <summary>Reads a whole error body; null when it is no JSON that holds an error.</summary>
    public static ProviderError? FromBody(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0)
            {
                root = root[0];
            }

            if (root.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            return From(root.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null ? error : root);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Reads the value of an <c>error</c> property.</summary>
    public static ProviderError From(JsonElement error)
    {
        if (error.ValueKind != JsonValueKind.Object)
        {
            return new ProviderError(null, null, error.ValueKind == JsonValueKind.String ? error.GetString() : null, null);
        }

        var code = Text(error, "code");
        if (error.TryGetProperty("innererror", out var inner) && inner.ValueKind == JsonValueKind.Object)
        {
            code ??= Text(inner, "code");
        }

        int? status = error.TryGetProperty("code", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value)
            ? value
            : int.TryParse(code, out var parsed) ? parsed : null;
        return new ProviderError(code, Text(error, "type"), Text(error, "message") ?? Text(error, "detail"), status);
    }

    /// <summary>True when code or type is one of <paramref name="names"/>.</summary>
    public bool Is(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (string.Equals(Code, name, StringComparison.OrdinalIgnoreCase) || string.Equals(Type, name, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    public bool Says(string words) => Message?.Contains(words, StringComparison.OrdinalIgnoreCase) ?? false;

    static string? Text(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
