using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using DurableRouter.Http.Access;
using DurableRouter.Http.Endpoints;
using DurableRouter.Http.Problems;

namespace DurableRouter.Http.OpenApi;

/// <summary>The OpenAPI 3.1 document, made of the route table, <see cref="Operations"/> and schemas.json.</summary>
/// <remarks>The framework's generator reads endpoint metadata, which the Functions host doesn't have; this way both give the same document.</remarks>
static partial class Description
{
    static readonly Lazy<byte[]> Document = new(Build);

    /// <summary>UTF-8 JSON, the same for every request.</summary>
    public static ReadOnlyMemory<byte> Bytes => Document.Value;

    static byte[] Build()
    {
        var buffer = new ArrayBufferWriter<byte>(32 * 1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("openapi", "3.1.0");
            json.WriteStartObject("info");
            json.WriteString("title", "DurableRouter");
            json.WriteString("version", "1");
            json.WriteEndObject();
            json.WriteStartObject("paths");
            foreach (var path in Routes.All.GroupBy(r => r.Template))
            {
                json.WriteStartObject(path.Key);
                foreach (var route in path)
                {
                    WriteOperation(json, route, Operations.ByName[route.Name]);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteStartObject("components");
            json.WritePropertyName("schemas");
            Schemas().WriteTo(json);
            json.WriteStartObject("securitySchemes");
            WriteScheme(json, "functionsKey", [("type", "apiKey"), ("in", "header"), ("name", "x-functions-key")]);
            WriteScheme(json, "bearer", [("type", "http"), ("scheme", "bearer")]);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    static void WriteOperation(Utf8JsonWriter json, ApiRoute route, Operation operation)
    {
        var guarded = route.Role != ApiRole.None;
        json.WriteStartObject(route.Verb.ToLowerInvariant());
        json.WriteString("operationId", route.Name);
        json.WriteString("summary", operation.Summary);
        if (guarded)
        {
            json.WriteString("description", $"Role: {route.Role.ToString().ToLowerInvariant()}.");
            json.WriteStartArray("security");
            WriteRequirement(json, "functionsKey");
            WriteRequirement(json, "bearer");
            json.WriteEndArray();
        }

        json.WriteStartArray("parameters");
        foreach (Match place in Place().Matches(route.Template))
        {
            WriteParameter(json, new Parameter(place.Groups[1].Value, "path", "string", "An id or name."));
        }

        foreach (var parameter in operation.Parameters)
        {
            WriteParameter(json, parameter);
        }

        json.WriteEndArray();
        if (operation.Body is { } body)
        {
            json.WriteStartObject("requestBody");
            json.WriteBoolean("required", body != "AnyValue");
            WriteContent(json, "application/json", body);
            json.WriteEndObject();
        }

        json.WriteStartObject("responses");
        foreach (var (status, schema) in operation.Success)
        {
            var meaning = status switch { 202 => "Accepted, or still going on", 302 => "It is at another address", 304 => "Nothing has changed", _ => "Done" };
            WriteResponse(json, status, meaning, "application/json", schema);
        }

        foreach (var status in operation.Errors.Concat(guarded ? [401, 403, 500] : [500]).Order())
        {
            WriteResponse(json, status, ProblemStatus.TitleOf(status), "application/problem+json", "Problem");
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteParameter(Utf8JsonWriter json, Parameter parameter)
    {
        json.WriteStartObject();
        json.WriteString("name", parameter.Name);
        json.WriteString("in", parameter.In);
        json.WriteString("description", parameter.Description);
        json.WriteBoolean("required", parameter.In == "path");
        json.WriteStartObject("schema");
        json.WriteString("type", parameter.Type);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteResponse(Utf8JsonWriter json, int status, string description, string mediaType, string? schema)
    {
        json.WriteStartObject(status.ToString(CultureInfo.InvariantCulture));
        json.WriteString("description", description);
        if (schema is not null)
        {
            WriteContent(json, mediaType, schema);
        }

        json.WriteEndObject();
    }

    static void WriteContent(Utf8JsonWriter json, string mediaType, string schema)
    {
        json.WriteStartObject("content");
        json.WriteStartObject(mediaType);
        json.WriteStartObject("schema");
        json.WriteString("$ref", "#/components/schemas/" + schema);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    static void WriteRequirement(Utf8JsonWriter json, string scheme)
    {
        json.WriteStartObject();
        json.WriteStartArray(scheme);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteScheme(Utf8JsonWriter json, string name, ReadOnlySpan<(string Name, string Value)> members)
    {
        json.WriteStartObject(name);
        foreach (var member in members)
        {
            json.WriteString(member.Name, member.Value);
        }

        json.WriteEndObject();
    }

    static JsonElement Schemas()
    {
        using var stream = typeof(Description).Assembly.GetManifestResourceStream("DurableRouter.Http.OpenApi.schemas.json")!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Place();
}
