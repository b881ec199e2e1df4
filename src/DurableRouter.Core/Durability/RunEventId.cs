using System.Globalization;

namespace DurableRouter.Core.Durability;

/// <summary>The place of an event: the history entry that it comes from, and its turn among that entry's events. Written <c>12.0</c>.</summary>
/// <param name="Sequence">From 1; 0 is before everything.</param>
public readonly record struct RunEventId(long Sequence, int Part) : IComparable<RunEventId>
{
    public static readonly RunEventId Start = new(0, int.MaxValue);

    /// <summary>Reads <c>12.0</c>, or <c>12</c> for all events of that entry; null for anything else.</summary>
    public static RunEventId? Parse(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var part = int.MaxValue;
        return long.TryParse(dot < 0 ? text : text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            && (dot < 0 || int.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out part))
            ? new RunEventId(sequence, part)
            : null;
    }

    public int CompareTo(RunEventId other) => Sequence != other.Sequence ? Sequence.CompareTo(other.Sequence) : Part.CompareTo(other.Part);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sequence}.{Part}");
}
