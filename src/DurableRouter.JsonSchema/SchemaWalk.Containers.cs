using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace DurableRouter.JsonSchema;

partial struct SchemaWalk
{
    const int StackFlags = 128;
    const int ShownNames = 20;

    bool AcceptsProperties(PropertyTable table, JsonElement value, int depth)
    {
        var entries = table.Entries;
        Span<bool> seen = entries.Length <= StackFlags ? stackalloc bool[entries.Length] : new bool[entries.Length];
        var valid = true;
        var expected = 0;
        foreach (var property in value.EnumerateObject())
        {
            var raw = JsonMarshal.GetRawUtf8PropertyName(property);
            if (!Spend(1 + raw.Length / BytesPerStep))
            {
                return false;
            }

            var index = table.Find(raw, expected);
            if (index < 0)
            {
                valid &= index != PropertyTable.Broken && table.AllowsOthers || FailName(table, raw, index == PropertyTable.Broken);
            }
            else
            {
                expected = index + 1;
                seen[index] = true;
                if (entries[index].Schema is { } schema)
                {
                    var mark = _sink?.Enter(entries[index].Name) ?? 0;
                    valid &= Accepts(schema, property.Value, depth + 1);
                    _sink?.Leave(mark);
                }
            }
            if (!valid && IsDone)
            {
                return false;
            }
        }
        for (var i = 0; i < entries.Length; i++)
        {
            if (!entries[i].IsRequired || seen[i])
            {
                continue;
            }

            valid = false;
            _sink?.Add("required", $"must have the property \"{ShortText.Of(entries[i].Name)}\", which is missing");
            if (IsDone)
            {
                return false;
            }
        }
        return valid;
    }

    bool AcceptsItems(SchemaNode node, JsonElement value, int depth)
    {
        var valid = true;
        if (node.MinItems > 0 || node.MaxItems < int.MaxValue)
        {
            var count = value.GetArrayLength();
            if (count < node.MinItems)
            {
                valid = Fail("minItems", $"must have at least {node.MinItems} items, has {count}");
            }
            else if (count > node.MaxItems)
            {
                valid = Fail("maxItems", $"must have at most {node.MaxItems} items, has {count}");
            }
        }
        if (node.Items is null || (!valid && IsDone))
        {
            return valid;
        }

        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var mark = _sink?.Enter(index.ToString(CultureInfo.InvariantCulture)) ?? 0;
            valid &= Accepts(node.Items, item, depth + 1);
            _sink?.Leave(mark);
            if (!valid && IsDone)
            {
                return false;
            }

            index++;
        }
        return valid;
    }

    readonly bool FailName(PropertyTable table, ReadOnlySpan<byte> raw, bool isBroken)
    {
        if (_sink is null)
        {
            return false;
        }

        using var name = new JsonText(raw, stackalloc char[JsonText.ScratchLength]);
        var mark = _sink.Enter(isBroken ? Encoding.UTF8.GetString(raw) : name.Chars.ToString());
        if (isBroken)
        {
            _sink.Add("properties", "must have a name of Unicode text; it holds half of a surrogate pair or bytes that are not UTF-8");
        }
        else
        {
            var names = new List<string>();
            foreach (var entry in table.Entries)
            {
                if (entry.Schema is not null)
                {
                    names.Add(ShortText.Of(entry.Name));
                }
            }
            var known = names.Count == 0 ? "none" : string.Join(", ", names.Take(ShownNames)) + (names.Count > ShownNames ? ", ..." : "");
            _sink.Add("additionalProperties", $"is not an allowed property; allowed: {known}");
        }
        _sink.Leave(mark);
        return false;
    }

    readonly bool Fail(string keyword, string message)
    {
        _sink?.Add(keyword, message);
        return false;
    }
}
