using System.Text;

namespace DurableRouter.JsonSchema;

/// <summary>Collects violations together with the place in the value that the walk is at.</summary>
sealed class ViolationSink(int capacity)
{
    readonly StringBuilder _pointer = new();
    readonly List<SchemaViolation> _violations = [];

    public IReadOnlyList<SchemaViolation> Violations => _violations;

    public bool IsFull => _violations.Count >= capacity;

    /// <summary>Steps into a member or an item.</summary>
    /// <returns>What <see cref="Leave"/> needs to step out again.</returns>
    public int Enter(string segment)
    {
        var mark = _pointer.Length;
        _pointer.Append('/').Append(JsonPointer.Escape(segment));
        return mark;
    }

    public void Leave(int mark) => _pointer.Length = mark;

    public void Add(string keyword, string message)
    {
        if (IsFull)
        {
            return;
        }

        var pointer = _pointer.ToString();
        _violations.Add(new SchemaViolation(pointer, keyword, message));
    }

    /// <summary>Adds, beyond the capacity, the reason why the walk could not be finished.</summary>
    public void AddStop(string reason) =>
        _violations.Add(new SchemaViolation("", SchemaViolation.CostKeyword, reason));

    /// <summary>True when a fixed value (<c>const</c>, <c>enum</c>) of this value or of its own members did not fit.</summary>
    public bool DisagreesOnFixedValue => _violations.Exists(violation => violation.Keyword is "const" or "enum"
        && !violation.Pointer.AsSpan(Math.Min(_pointer.Length + 1, violation.Pointer.Length)).Contains('/'));

    /// <summary>A sink for one alternative, at the same place, whose findings may be thrown away.</summary>
    public ViolationSink Fork()
    {
        var fork = new ViolationSink(capacity);
        fork._pointer.Append(_pointer);
        return fork;
    }

    public void AddAll(ViolationSink other)
    {
        foreach (var violation in other._violations)
        {
            if (!IsFull)
            {
                _violations.Add(violation);
            }
        }
    }
}
