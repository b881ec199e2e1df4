using System.Text;

namespace DurableRouter.JsonSchema;

/// <summary>The names an object schema knows, found without making strings out of the value's names.</summary>
sealed class PropertyTable
{
    public const int Unknown = -1;

    /// <summary>The name is not Unicode text.</summary>
    public const int Broken = -2;

    readonly Entry[] _entries;
    readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _byName;

    public PropertyTable(IReadOnlyList<Entry> entries, bool allowsOthers)
    {
        _entries = [.. entries];
        AllowsOthers = allowsOthers;
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < _entries.Length; i++)
        {
            index[_entries[i].Name] = i;
        }

        _byName = index.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public ReadOnlySpan<Entry> Entries => _entries;

    public bool AllowsOthers { get; }

    /// <param name="raw">The name as it stands in the JSON text, without its quotes.</param>
    /// <param name="expected">Where to look first: values mostly follow the schema's order.</param>
    /// <returns>The entry's index, <see cref="Unknown"/> or <see cref="Broken"/>.</returns>
    public int Find(ReadOnlySpan<byte> raw, int expected)
    {
        // A name of the schema that needs escaping in JSON holds a character that never stands raw, so equal bytes are equal names.
        if (expected < _entries.Length && raw.SequenceEqual(_entries[expected].Utf8Name))
        {
            return expected;
        }

        using var name = new JsonText(raw, stackalloc char[JsonText.ScratchLength]);
        if (name.IsBroken)
        {
            return Broken;
        }

        return _byName.TryGetValue(name.Chars, out var found) ? found : Unknown;
    }

    public sealed record Entry(string Name, SchemaNode? Schema, bool IsRequired)
    {
        public byte[] Utf8Name { get; } = Name.AsSpan().ContainsAny('\\', '"') ? [(byte)'"'] : Encoding.UTF8.GetBytes(Name);
    }
}
