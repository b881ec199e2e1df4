using System.Text.Json;
using DurableRouter.Core.Messages;

namespace DurableRouter.Engine.Runs;

/// <summary>The payload of a history entry as readers get it.</summary>
static class HistoryData
{
    public static JsonElement? Of(in TurnEntry entry, Func<string, ReadOnlyMemory<byte>> content)
    {
        if (entry.Address is { } address)
        {
            using var document = JsonDocument.Parse(content(address));
            return document.RootElement.Clone();
        }

        if (entry.Data.ValueKind != JsonValueKind.Undefined)
        {
            return entry.Data;
        }

        return entry.Message is { } message ? JsonSerializer.SerializeToElement(message, CoreJson.Default.String) : null;
    }
}
