using System.Text.Json;
using DurableRouter.Core.Approvals;
using DurableRouter.Http.Problems;

namespace DurableRouter.Http.Bodies;

/// <summary>Collects what is wrong with a body's members, so that a caller learns of all faults at once.</summary>
sealed class MemberFaults
{
    const int Most = 20;

    static readonly JsonElement Empty = JsonElement.Parse("{}");

    List<ProblemItem>? _items;

    public bool Any => _items is not null;

    public void Add(string pointer, string detail)
    {
        _items ??= [];
        if (_items.Count < Most)
        {
            _items.Add(new ProblemItem(pointer, detail));
        }
    }

    public void Unknown(string parent, string name) => Add(Pointer(parent, name), "is not a member of this request");

    /// <summary>The members of an object; none, and a fault, for anything else.</summary>
    public JsonElement.ObjectEnumerator Members(JsonElement value, string pointer)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            return value.EnumerateObject();
        }

        Add(pointer, "must be an object");
        return Empty.EnumerateObject();
    }

    /// <summary>A string of 1 to <paramref name="most"/> characters; null, and a fault, for anything else.</summary>
    public string? Text(JsonElement value, string pointer, int most)
    {
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text && text.Length <= most)
        {
            return text;
        }

        Add(pointer, $"must be a string of 1 to {most} characters");
        return null;
    }

    /// <summary>A person's name; null, and a fault, for anything else.</summary>
    public string? Name(JsonElement value, string pointer)
    {
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { } name && Approver.IsName(name))
        {
            return name;
        }

        Add(pointer, $"must be a person's name of 1 to {Approver.MaxName} characters, without spaces around it or control characters in it");
        return null;
    }

    /// <exception cref="RefusedException">Code request_invalid.</exception>
    public void ThrowIfAny()
    {
        if (_items is not null)
        {
            throw new RefusedException(HttpCodes.RequestInvalid,
                "The body is not what this request takes; errors names the places. Nothing was kept.", _items);
        }
    }

    public static string Pointer(string parent, string name) =>
        $"{parent}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}
