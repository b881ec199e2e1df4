using System.Text.Json;

namespace DurableRouter.JsonSchema;

/// <summary>
/// A compiled, immutable, thread-safe schema in the strict structured-output subset of JSON Schema 2020-12.
/// </summary>
/// <remarks>
/// <para>Enforced: <c>type properties required additionalProperties</c> (boolean) <c>items enum const anyOf $ref</c> (to <c>#</c> or
/// <c>#/$defs/NAME</c>) <c>$defs</c> (at the root) <c>pattern format minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minItems
/// maxItems minLength maxLength</c>. Read and ignored: <c>title description default examples $schema $id $comment</c>. Every other
/// keyword is a load error: a constraint somebody wrote is either enforced or refused, never dropped.</para>
/// <para>Where this validator differs from others on purpose:</para>
/// <list type="bullet">
/// <item>Numbers are compared as the decimals they are written as; nothing is rounded to a double first.</item>
/// <item>Text with half of a surrogate pair, or bytes that are not UTF-8, is refused wherever a string is checked.</item>
/// <item><c>pattern</c> has the Unicode ECMAScript meaning without back-references, and <c>\p{..}</c> knows general categories only, for
/// characters up to U+FFFF. A pattern that takes too long refuses the value.</item>
/// <item><c>format</c> asserts. Times need <c>T</c> and an offset of hours and minutes (RFC 3339); a UUID has no <c>urn:uuid:</c>.</item>
/// <item>Bounds that contradict each other, and a reference that leads back to itself, are load errors.</item>
/// </list>
/// </remarks>
public sealed class CompiledSchema
{
    /// <summary>The most violations one validation reports; the first ones in the value's order.</summary>
    public const int MaximumViolations = 20;

    readonly SchemaNode _root;

    internal CompiledSchema(SchemaNode root, JsonElement source)
    {
        _root = root;
        Source = source;
        StrictObstacles = StrictMode.FindObstacles(source);
    }

    /// <summary>The schema as it was loaded, detached from the document it came from.</summary>
    public JsonElement Source { get; }

    /// <summary>Whether the schema may be sent with <c>strict: true</c>.</summary>
    public bool IsStrictCompatible => StrictObstacles.Count == 0;

    /// <summary>What keeps the schema from being sent with <c>strict: true</c>.</summary>
    public IReadOnlyList<SchemaIssue> StrictObstacles { get; }

    /// <summary>Compiles a schema. Never throws for what the schema says; all faults are reported together.</summary>
    /// <exception cref="ArgumentException">The element is the default one, which belongs to no document.</exception>
    public static SchemaLoadResult Load(JsonElement schema)
    {
        RefuseUndefined(schema, nameof(schema));
        var source = schema.Clone();
        var issues = new List<SchemaIssue>();
        var root = new SchemaCompiler(issues).Compile(source);
        return issues.Count == 0
            ? new SchemaLoadResult(new CompiledSchema(root, source), [])
            : new SchemaLoadResult(null, issues);
    }

    /// <summary>Checks a value; a valid one costs no allocation and gets the shared empty list.</summary>
    /// <remarks>A second pass collects the violations, so only invalid values pay for messages.</remarks>
    /// <exception cref="ArgumentException">The element is the default one, which belongs to no document.</exception>
    public IReadOnlyList<SchemaViolation> Validate(JsonElement value)
    {
        RefuseUndefined(value, nameof(value));
        var check = new SchemaWalk(null);
        if (check.Accepts(_root, value, 0))
        {
            return [];
        }

        var sink = new ViolationSink(MaximumViolations);
        var stopped = check.StopReason;
        if (stopped is null)
        {
            var collect = new SchemaWalk(sink);
            collect.Accepts(_root, value, 0);
            stopped = collect.StopReason;
        }
        if (stopped is not null)
        {
            sink.AddStop(stopped);
        }

        return sink.Violations;
    }

    static void RefuseUndefined(JsonElement element, string name)
    {
        if (element.ValueKind == JsonValueKind.Undefined)
        {
            throw new ArgumentException("The element belongs to no document.", name);
        }
    }
}
