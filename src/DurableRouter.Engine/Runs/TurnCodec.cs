using System.Text.Json;
using DurableRouter.Core.Errors;

namespace DurableRouter.Engine.Runs;

/// <summary>The stored form of a turn, version 1: <c>{"v":1,"s":first sequence,"at":Unix ms,"e":[entries]}</c>; an entry is
/// <c>{"k":kind,"n":name,"r":subject,"u":due,"i":event id,"c":claimed,"m":message,"d":data or "x":address}</c>.</summary>
static class TurnCodec
{
    public const int Version = 1;
    public static readonly JsonEncodedText V = JsonEncodedText.Encode("v"), S = JsonEncodedText.Encode("s"), At = JsonEncodedText.Encode("at"),
        E = JsonEncodedText.Encode("e"), K = JsonEncodedText.Encode("k"), N = JsonEncodedText.Encode("n"), R = JsonEncodedText.Encode("r"),
        U = JsonEncodedText.Encode("u"), I = JsonEncodedText.Encode("i"), C = JsonEncodedText.Encode("c"), M = JsonEncodedText.Encode("m"),
        D = JsonEncodedText.Encode("d"), X = JsonEncodedText.Encode("x");

    /// <exception cref="DurableRouterException">Code <c>database_corrupt</c> or <c>database_newer</c>.</exception>
    public static StoredTurn Read(ReadOnlyMemory<byte> stored)
    {
        try
        {
            using var document = JsonDocument.Parse(stored);
            var root = document.RootElement;
            if (root.GetProperty("v"u8).GetInt32() > Version)
            {
                throw new DurableRouterException(ErrorCodes.DatabaseNewer, "A history was written by a newer program. Nothing was changed. Use the newer program.");
            }

            var sequence = root.GetProperty("s"u8).GetInt64();
            var entries = new List<TurnEntry>();
            foreach (var e in root.GetProperty("e"u8).EnumerateArray())
            {
                entries.Add(new TurnEntry(
                    sequence++,
                    string.Intern(e.GetProperty("k"u8).GetString()!),
                    Text(e, "n"u8),
                    e.TryGetProperty("r"u8, out var subject) ? subject.GetInt64() : 0,
                    e.TryGetProperty("u"u8, out var due) ? due.GetInt64() : null,
                    Text(e, "i"u8),
                    e.TryGetProperty("c"u8, out _),
                    Text(e, "m"u8),
                    e.TryGetProperty("d"u8, out var data) ? data.Clone() : default,
                    Text(e, "x"u8)));
            }

            return new StoredTurn(DateTimeOffset.FromUnixTimeMilliseconds(root.GetProperty("at"u8).GetInt64()), entries);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new DurableRouterException(ErrorCodes.DatabaseCorrupt, $"A stored turn can't be read: {e.Message} Nothing was changed.", e);
        }
    }

    static string? Text(JsonElement e, ReadOnlySpan<byte> name) => e.TryGetProperty(name, out var value) ? value.GetString() : null;
}
