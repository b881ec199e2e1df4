using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using DurableRouter.Core.Definitions;
using Microsoft.Extensions.AI;

namespace DurableRouter.Core.Models;

/// <summary>Writes the body of a chat completion request. What is sent comes from the messages, the output limit, schema and temperature of the
/// options, and the entry's own parameters; other options are left to the catalog on purpose.</summary>
static class ChatRequestWriter
{
    const string Temperature = "temperature";

    // The body is JSON for an API, never part of a page: letters of every script stay as they are, at a third of the bytes.
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static void Write(PooledBuffer target, ModelEntry model, IEnumerable<ChatMessage> messages, ChatOptions? options)
    {
        if (options?.Tools is { Count: > 0 })
        {
            throw new NotSupportedException("This client sends no tools.");
        }

        using var json = new Utf8JsonWriter(target, Options);
        json.WriteStartObject();
        json.WriteString("model"u8, model.Deployment);
        json.WriteStartArray("messages"u8);
        foreach (var message in messages)
        {
            WriteMessage(json, message);
        }

        json.WriteEndArray();
        if (options?.MaxOutputTokens is { } limit)
        {
            json.WriteNumber(model.Limits.OutputKey ?? CatalogWords.OutputKeys[0], limit);
        }

        var temperature = model.Capabilities.Temperature ? options?.Temperature : null;
        if (temperature is { } degree)
        {
            json.WriteNumber(Temperature, degree);
        }

        WriteFormat(json, options?.ResponseFormat as ChatResponseFormatJson);
        if (model.Stream)
        {
            json.WriteBoolean("stream"u8, true);
            json.WriteStartObject("stream_options"u8);
            json.WriteBoolean("include_usage"u8, true);
            json.WriteEndObject();
        }

        foreach (var (name, value) in model.Params)
        {
            if (name != Temperature || temperature is null)
            {
                json.WritePropertyName(name);
                json.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
            }
        }

        json.WriteEndObject();
    }

    static void WriteMessage(Utf8JsonWriter json, ChatMessage message)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, message.Role.Value);
        if (message.Contents.Any(content => content is not TextContent))
        {
            json.WriteStartArray("content"u8);
            foreach (var content in message.Contents)
            {
                WritePart(json, content);
            }

            json.WriteEndArray();
        }
        else
        {
            json.WriteString("content"u8, message.Text);
        }

        json.WriteEndObject();
    }

    /// <summary>One part of a message in OpenAI's form: text, an image by its data URL, a sound by its base64.</summary>
    static void WritePart(Utf8JsonWriter json, AIContent content)
    {
        json.WriteStartObject();
        switch (content)
        {
            case TextContent text:
                json.WriteString("type"u8, "text"u8);
                json.WriteString("text"u8, text.Text);
                break;
            case DataContent image when image.HasTopLevelMediaType("image"):
                json.WriteString("type"u8, "image_url"u8);
                json.WriteStartObject("image_url"u8);
                json.WriteString("url"u8, image.Uri);
                json.WriteEndObject();
                break;
            case DataContent sound when sound.HasTopLevelMediaType("audio"):
                json.WriteString("type"u8, "input_audio"u8);
                json.WriteStartObject("input_audio"u8);
                json.WriteString("data"u8, sound.Base64Data.Span);
                json.WriteString("format"u8, sound.MediaType == "audio/wav" ? "wav"u8 : "mp3"u8);
                json.WriteEndObject();
                break;
            default:
                throw new NotSupportedException($"This client sends text, images and sound, not {content.GetType().Name}.");
        }

        json.WriteEndObject();
    }

    static void WriteFormat(Utf8JsonWriter json, ChatResponseFormatJson? format)
    {
        if (format is null)
        {
            return;
        }

        json.WriteStartObject("response_format"u8);
        if (format.Schema is { } schema)
        {
            json.WriteString("type"u8, "json_schema"u8);
            json.WriteStartObject("json_schema"u8);
            json.WriteString("name"u8, format.SchemaName ?? "output");
            json.WriteBoolean("strict"u8, true);
            json.WritePropertyName("schema"u8);
            json.WriteRawValue(JsonMarshal.GetRawUtf8Value(schema), skipInputValidation: true);
            json.WriteEndObject();
        }
        else
        {
            json.WriteString("type"u8, "json_object"u8);
        }

        json.WriteEndObject();
    }
}
