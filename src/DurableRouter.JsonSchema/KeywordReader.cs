using System.Text.Json;

namespace DurableRouter.JsonSchema;

/// <summary>Reads the keywords of one schema object that need no other schema.</summary>
sealed class KeywordReader(string pointer, List<SchemaIssue> issues)
{
    // Real schemas stay far below; the limit keeps exact arithmetic on the written exponent meaningful.
    const long MaximumPower = 10_000;

    const int LongestShownPattern = 200;

    public string At(string keyword) => $"{pointer}/{JsonPointer.Escape(keyword)}";

    public JsonTypes ReadTypes(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return ReadType(value, At("type"));
        }

        var types = JsonTypes.None;
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            Report("type", "'type' must be the name of a type or an array of names");
            return JsonTypes.Any;
        }
        var seen = new HashSet<string?>();
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var place = $"{At("type")}/{index++}";
            types |= ReadType(item, place);
            if (item.ValueKind == JsonValueKind.String && !seen.Add(item.GetString()))
            {
                issues.Add(new SchemaIssue(place, $"'type' names '{item.GetString()}' twice"));
            }
        }
        return types;
    }

    /// <returns>The names, each with its place in the array.</returns>
    public Dictionary<string, int> ReadRequired(JsonElement value)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        if (value.ValueKind != JsonValueKind.Array)
        {
            Report("required", "'required' must be an array of property names");
            return names;
        }
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            var place = $"{At("required")}/{index++}";
            if (item.ValueKind != JsonValueKind.String)
            {
                issues.Add(new SchemaIssue(place, "'required' must be an array of property names"));
            }
            else if (!names.TryAdd(item.GetString()!, index))
            {
                issues.Add(new SchemaIssue(place, $"'required' names '{item.GetString()}' twice"));
            }
        }
        return names;
    }

    /// <returns>False when the keyword is not one of these.</returns>
    public bool ReadAssertion(SchemaNode node, string name, JsonElement value)
    {
        switch (name)
        {
            case "enum":
                if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() > 0)
                {
                    node.Enum = new ValueSet([.. value.EnumerateArray()]);
                }
                else
                {
                    Report(name, "'enum' must be an array of at least one value");
                }

                return true;
            case "const":
                node.Const = new ValueSet([value]);
                return true;
            case "pattern":
                ReadPattern(node, value);
                return true;
            case "format":
                node.Format = value.ValueKind == JsonValueKind.String ? StringFormat.Find(value.GetString()!) : null;
                if (node.Format is null)
                {
                    Report(name, $"'format' must be one of {StringFormat.Names}");
                }

                return true;
            case "minItems":
                node.MinItems = ReadCount(name, value, node.MinItems);
                return true;
            case "maxItems":
                node.MaxItems = ReadCount(name, value, node.MaxItems);
                return true;
            case "minLength":
                node.MinLength = ReadCount(name, value, node.MinLength);
                return true;
            case "maxLength":
                node.MaxLength = ReadCount(name, value, node.MaxLength);
                return true;
            default:
                return ReadNumber(node, name, value);
        }
    }

    /// <summary>Refuses bounds that no value can meet.</summary>
    public void CheckBounds(SchemaNode node)
    {
        if (node.MinItems > node.MaxItems)
        {
            Report("minItems", "'minItems' is greater than 'maxItems'");
        }

        if (node.MinLength > node.MaxLength)
        {
            Report("minLength", "'minLength' is greater than 'maxLength'");
        }

        if (node.Numbers is not { } numbers)
        {
            return;
        }

        CheckOrder("minimum", numbers.Minimum, "maximum", numbers.Maximum, 0);
        CheckOrder("exclusiveMinimum", numbers.ExclusiveMinimum, "maximum", numbers.Maximum, -1);
        CheckOrder("minimum", numbers.Minimum, "exclusiveMaximum", numbers.ExclusiveMaximum, -1);
        CheckOrder("exclusiveMinimum", numbers.ExclusiveMinimum, "exclusiveMaximum", numbers.ExclusiveMaximum, -1);
    }

    void CheckOrder(string lowName, NumberBound? low, string highName, NumberBound? high, int highest)
    {
        if (low is not null && high is not null && low.Value.CompareTo(high.Value) > highest)
        {
            Report(lowName, $"'{lowName}' leaves no number that '{highName}' allows");
        }
    }

    JsonTypes ReadType(JsonElement value, string place)
    {
        var type = value.ValueKind == JsonValueKind.String ? JsonTypeNames.Parse(value.GetString()) : JsonTypes.None;
        if (type == JsonTypes.None)
        {
            issues.Add(new SchemaIssue(place, "'type' must be one of string, number, integer, boolean, object, array, null"));
        }

        return type;
    }

    bool ReadNumber(SchemaNode node, string name, JsonElement value)
    {
        var numbers = node.Numbers ?? new NumberBounds();
        switch (name)
        {
            case "minimum":
                numbers.Minimum = ReadBound(name, value);
                break;
            case "maximum":
                numbers.Maximum = ReadBound(name, value);
                break;
            case "exclusiveMinimum":
                numbers.ExclusiveMinimum = ReadBound(name, value);
                break;
            case "exclusiveMaximum":
                numbers.ExclusiveMaximum = ReadBound(name, value);
                break;
            case "multipleOf":
                numbers.MultipleOf = ReadDivisor(name, value);
                break;
            default:
                return false;
        }
        node.Numbers = numbers;
        return true;
    }

    NumberBound? ReadDivisor(string name, JsonElement value)
    {
        var bound = ReadBound(name, value);
        if (bound is null || (bound.Value.Sign > 0 && bound.Significand > 0))
        {
            return bound;
        }

        Report(name, $"'{name}' must be greater than 0, with at most {NumberBound.MaximumDivisorDigits} significant digits");
        return null;
    }

    NumberBound? ReadBound(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            Report(name, $"'{name}' must be a number");
            return null;
        }
        var number = ExactNumber.Of(value);
        if (Math.Abs(number.FirstPower) <= MaximumPower && Math.Abs(number.LastPower) <= MaximumPower)
        {
            return new NumberBound(value);
        }

        Report(name, $"'{name}' must lie within ten to the power of {MaximumPower}");
        return null;
    }

    int ReadCount(string name, JsonElement value, int otherwise)
    {
        // 2.0 and 2e0 are the integer 2.
        if (value.ValueKind == JsonValueKind.Number && ExactNumber.Of(value).IsInteger
            && value.TryGetDouble(out var count) && count is >= 0 and <= int.MaxValue)
        {
            return (int)count;
        }
        Report(name, $"'{name}' must be an integer from 0 to {int.MaxValue}");
        return otherwise;
    }

    void ReadPattern(SchemaNode node, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            Report("pattern", "'pattern' must be a string");
            return;
        }
        var pattern = value.GetString()!;
        node.PatternText = ShortText.Of(pattern, LongestShownPattern);
        try
        {
            node.Pattern = EcmaPattern.Compile(pattern);
        }
        catch (FormatException e)
        {
            Report("pattern", $"'pattern' is not usable: {e.Message}");
        }
    }

    void Report(string keyword, string message) => issues.Add(new SchemaIssue(At(keyword), message));
}
