using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DurableRouter.Core.Models;

/// <summary>What a provider says of its failure, as far as it can be read: every gateway has a shape of its own.</summary>
/// <param name="Message">What people read; null when nothing in the body is a sentence.</param>
/// <param name="Codes">The values of <c>code</c>, <c>type</c>, <c>status</c> and <c>reason</c>, at any depth.</param>
/// <param name="Words">All texts of the body but those that repeat the request.</param>
/// <param name="Status">An HTTP status that a gateway put inside the body.</param>
/// <param name="RetryAfter">How long it asks to wait, in its details or in its words; null: it doesn't say.</param>
sealed partial record ProviderError(string? Message, IReadOnlyList<string> Codes, string Words, int? Status, TimeSpan? RetryAfter)
{
    const int MaxDepth = 8;
    const int MaxTextBody = 300;
    const int MaxWords = 32 * 1024;

    // What they hold are parts of the request, which say nothing about the failure.
    static readonly HashSet<string> Echoes = new(StringComparer.OrdinalIgnoreCase)
    {
        "input", "flagged_input", "inputs", "messages", "prompt", "request", "body", "request_body", "ctx", "headers", "loc",
    };

    static readonly string[] MessageNames =
    [
        "message", "detail", "msg", "error_description", "error_message", "errorMessage", "description", "faultstring", "title", "reason", "error", "raw",
    ];

    static readonly string[] Wrappers = ["error", "errors", "detail", "details", "fault", "Error", "base_resp"];

    /// <summary>Reads a whole error body: JSON in any of the known shapes, a page of HTML, or plain text. Null when there is nothing in it.</summary>
    public static ProviderError? FromBody(ReadOnlyMemory<byte> body)
    {
        var utf8 = WithoutMark(body);
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = 64 });
            return document.RootElement.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.String ? From(document.RootElement) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return FromText(Encoding.UTF8.GetString(utf8.Span));
        }
    }

    /// <summary>Reads the value of an <c>error</c> property, or a whole body.</summary>
    public static ProviderError From(JsonElement error)
    {
        var (codes, words) = (new List<string>(), new StringBuilder());
        int? status = null;
        TimeSpan? wait = null;
        Collect(error, null, 0);
        wait ??= RetryWords.Read(words.ToString());
        return new ProviderError(MessageOf(error, 0), codes, words.ToString(), status, wait);

        void Collect(JsonElement value, string? name, int depth)
        {
            if (depth > MaxDepth || name is not null && Echoes.Contains(name))
            {
                return;
            }

            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    foreach (var member in value.EnumerateObject())
                    {
                        wait ??= RetryWords.Read(member.Name, member.Value);
                        Collect(member.Value, member.Name, depth + 1);
                    }

                    break;
                case JsonValueKind.Array:
                    foreach (var item in value.EnumerateArray())
                    {
                        Collect(item, name, depth + 1);
                    }

                    break;
                case JsonValueKind.Number when name is "code" or "status" or "status_code" or "statusCode" && value.TryGetInt32(out var number):
                    status ??= number is >= 100 and < 600 ? number : null;
                    codes.Add(value.GetRawText());
                    break;
                case JsonValueKind.String when TextOf(value) is { } text:
                    if (name is "code" or "type" or "status" or "reason" or "blockReason" or "error_code" or "errorCode" or "Code" or "__type")
                    {
                        codes.Add(text.Trim());
                        status ??= int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) && parsed is >= 100 and < 600 ? parsed : null;
                    }

                    if (words.Length < MaxWords)
                    {
                        words.Append(text).Append('\n');
                    }

                    break;
            }
        }
    }

    /// <summary>True when a code or type is one of <paramref name="names"/>, in any case.</summary>
    public bool Is(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            foreach (var code in Codes)
            {
                if (string.Equals(code, name, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>What to tell a person; null: nothing.</summary>
    public string? Detail => Message ?? (Codes.Count > 0 ? Codes[0] : null);

    static string? MessageOf(JsonElement value, int depth)
    {
        if (depth > MaxDepth)
        {
            return null;
        }

        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return TextOf(value) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
            case JsonValueKind.Array:
                // FastAPI: one entry per field that didn't fit, each with its place.
                var told = value.EnumerateArray().Take(3).Select(item => Placed(item, MessageOf(item, depth + 1))).OfType<string>().ToList();
                return told.Count == 0 ? null : string.Join("; ", told);
            case JsonValueKind.Object:
                foreach (var name in Wrappers)
                {
                    if (value.TryGetProperty(name, out var inner) && inner.ValueKind is JsonValueKind.Object or JsonValueKind.Array && MessageOf(inner, depth + 1) is { } wrapped)
                    {
                        return wrapped;
                    }
                }

                foreach (var name in MessageNames)
                {
                    foreach (var member in value.EnumerateObject())
                    {
                        if (string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase) && MessageOf(member.Value, depth + 1) is { } said)
                        {
                            return said;
                        }
                    }
                }

                return null;
            default:
                return null;
        }
    }

    static string? Placed(JsonElement item, string? message) =>
        message is not null && item.ValueKind == JsonValueKind.Object && item.TryGetProperty("loc", out var place) && place.ValueKind == JsonValueKind.Array
            ? $"{string.Join('.', place.EnumerateArray().Select(part => part.ToString()))}: {message}"
            : message;

    /// <summary>Null for half of a surrogate pair, which is no text.</summary>
    static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    static ProviderError? FromText(string body)
    {
        var text = body;
        if (body.Contains('<') && Markup().IsMatch(body))
        {
            var title = Title().Match(body);
            text = Tag().Replace(Unseen().Replace(body, " "), " ");
            text = title.Success ? title.Groups[1].Value + " " + text : text;
            text = WebUtility.HtmlDecode(text);
        }

        text = Blanks().Replace(text, " ").Trim();
        if (text.Length == 0 || text.Contains('\0') || text.Contains('\ufffd'))
        {
            return null;
        }

        return new ProviderError(text.Length <= MaxTextBody ? text : text[..(MaxTextBody - 1)] + "…", [], text, null, RetryWords.Read(text));
    }

    static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> body)
    {
        while (body.Span.StartsWith("\uFEFF"u8))
        {
            body = body[3..];
        }

        return body;
    }

    [GeneratedRegex(@"<(!doctype|html|head|body|h1|title|center)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Markup();

    [GeneratedRegex(@"<title[^>]{0,200}>([^<]{1,300})</title>", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Title();

    [GeneratedRegex(@"<(script|style|head)\b.*?</\1\s*>", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex Unseen();

    [GeneratedRegex("<[^>]{0,1000}>", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();
}
