using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableRouter.Core.Values;

/// <summary>A JSON value that travels in messages: itself when small, its content address when large.</summary>
public sealed record FieldValue
{
    /// <summary>Values whose compact JSON is longer than this many UTF-8 bytes travel by address.</summary>
    public const int MaxInlineBytes = 1024;

    const int MaxTelling = 64;

    [JsonConverter(typeof(InlineJson))]
    public JsonElement? Inline { get; init; }

    /// <summary>The address in the content store of the value's compact JSON, UTF-8.</summary>
    public string? Sha256 { get; init; }

    /// <summary>UTF-8 bytes of the value's compact JSON.</summary>
    public int Bytes { get; init; }

    [JsonIgnore]
    public bool IsStored => Sha256 is not null;

    /// <summary>What tells it from others: its size, and its address if it has one; a short value itself.</summary>
    public FieldValue WithoutValue() => Inline is null || Bytes <= MaxTelling ? this : new FieldValue { Bytes = Bytes };
}
