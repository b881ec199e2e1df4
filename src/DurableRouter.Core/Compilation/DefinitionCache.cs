using System.Collections.Concurrent;
using System.Text.Json;
using DurableRouter.Core.Checks;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Compilation;

/// <summary>Keeps every definition that live runs are pinned to in memory, compiled: one per edit of the configuration.</summary>
/// <param name="load">Reads a stored definition by its address; null when there is none.</param>
/// <param name="own">The own checks of this program; null: none.</param>
public sealed class DefinitionCache(Func<string, ReadOnlyMemory<byte>?> load, OutputChecks? own = null) : IDefinitionSource
{
    readonly ConcurrentDictionary<string, CompiledDefinition> _known = new();

    /// <summary>Reads definitions from a content store.</summary>
    public static DefinitionCache Over(IContentStore content, OutputChecks? own = null) => new(sha256 =>
    {
        try
        {
            // Once in a process's life per definition; decision 0004 has why look-ups are synchronous. Away from the caller's thread: a store's
            // continuations would wait for the very thread that waits here, when workflow code asks.
#pragma warning disable RS0030
            return Task.Run(() => content.GetAsync(sha256, CancellationToken.None).AsTask()).GetAwaiter().GetResult();
#pragma warning restore RS0030
        }
        catch (DurableRouterException e) when (e.Code == ErrorCodes.ContentMissing)
        {
            return null;
        }
    }, own);

    public CompiledDefinition Get(string sha256) => _known.TryGetValue(sha256, out var known) ? known : _known.GetOrAdd(sha256, Read(sha256));

    CompiledDefinition Read(string sha256)
    {
        if (load(sha256) is not { } bytes)
        {
            throw Missing(sha256, "isn't stored; retention may have removed it");
        }

        if (CanonicalJson.Sha256(bytes.Span) != sha256)
        {
            throw Missing(sha256, "is stored with other bytes than its address says; restore the data folder from a backup");
        }

        RunDefinition? definition;
        try
        {
            definition = JsonSerializer.Deserialize(bytes.Span, CoreJson.Default.RunDefinition);
        }
        catch (JsonException fault)
        {
            throw Missing(sha256, $"can't be read: {fault.Message}", fault);
        }

        return definition switch
        {
            null => throw Missing(sha256, "is null"),
            { SchemaVersion: > RunDefinition.CurrentSchemaVersion } => throw Missing(sha256,
                $"has version {definition.SchemaVersion}, newer than this program's {RunDefinition.CurrentSchemaVersion}; use the newer program"),
            _ => new CompiledDefinition(sha256, definition, own),
        };
    }

    static DurableRouterException Missing(string sha256, string why, Exception? inner = null) =>
        new(ErrorCodes.DefinitionMissing, $"definition {sha256} {why}", inner);
}
