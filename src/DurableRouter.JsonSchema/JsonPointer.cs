namespace DurableRouter.JsonSchema;

/// <summary>Pointers to places in JSON values (RFC 6901).</summary>
public static class JsonPointer
{
    /// <summary>One reference token.</summary>
    public static string Escape(string segment) =>
        segment.AsSpan().ContainsAny('~', '/') ? segment.Replace("~", "~0").Replace("/", "~1") : segment;
}
