using System.Text.Json;
using DurableRouter.JsonSchema;

namespace DurableRouter.Tests.Verification;

static class Schemas
{
    public static JsonElement Json(string text, int maxDepth = 64)
    {
        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = maxDepth });
        return document.RootElement.Clone();
    }

    public static CompiledSchema Load(string schema)
    {
        var result = CompiledSchema.Load(Json(schema));
        Assert.True(result.IsValid, string.Join("\n", result.Issues));
        return result.Schema;
    }

    public static IReadOnlyList<SchemaIssue> Issues(string schema) => CompiledSchema.Load(Json(schema, 4096)).Issues;

    public static IReadOnlyList<SchemaViolation> Validate(string schema, string value) => Load(schema).Validate(Json(value));
}
