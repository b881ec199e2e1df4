using System.Text;
using System.Text.Json;

namespace DurableRouter.JsonSchema;

/// <summary>The numeric keywords of one schema object; null where one is absent.</summary>
sealed class NumberBounds
{
    public NumberBound? Minimum { get; set; }

    public NumberBound? Maximum { get; set; }

    public NumberBound? ExclusiveMinimum { get; set; }

    public NumberBound? ExclusiveMaximum { get; set; }

    public NumberBound? MultipleOf { get; set; }
}

/// <summary>A number out of a schema, kept as written.</summary>
sealed class NumberBound
{
    // A divisor below 10^18 keeps the remainder arithmetic within 128 bits.
    public const int MaximumDivisorDigits = 18;

    readonly byte[] _raw;

    public NumberBound(JsonElement number)
    {
        Text = number.GetRawText();
        _raw = Encoding.UTF8.GetBytes(Text);
        if (Value.SignificantDigits <= MaximumDivisorDigits && !Value.IsZero)
        {
            Significand = Value.Significand();
        }

        LastPower = Value.LastPower;
    }

    public string Text { get; }

    public ExactNumber Value => new(_raw);

    /// <summary>The digits as an integer; 0 when there are too many of them to be a divisor.</summary>
    public ulong Significand { get; }

    public long LastPower { get; }
}
