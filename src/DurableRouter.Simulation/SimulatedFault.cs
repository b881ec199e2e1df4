namespace DurableRouter.Simulation;

/// <summary>What can go wrong with a call on purpose.</summary>
public enum SimulatedFault
{
    /// <summary>Refused with 429 semantics, with or without a retry time.</summary>
    RateLimited,

    /// <summary>Refused because the account has no quota left; waiting does not help.</summary>
    QuotaExhausted,

    /// <summary>Refused with 5xx semantics.</summary>
    ServerError,

    /// <summary>Never answers; ends only by cancellation.</summary>
    Hang,

    /// <summary>Answers text that is not JSON.</summary>
    BadJson,

    /// <summary>Answers JSON that breaks the schema.</summary>
    SchemaError,

    /// <summary>Answers half of the text with the finish reason of an output limit.</summary>
    Truncated,

    /// <summary>Answers nothing, with a normal finish reason.</summary>
    Empty,

    /// <summary>Reports token counts that contradict each other.</summary>
    WrongUsage,

    /// <summary>Reports no token counts.</summary>
    NoUsage,

    /// <summary>Answers nothing, stopped by a content filter.</summary>
    ContentFilter,

    /// <summary>Answers correctly after <see cref="DurableRouter.Core.Definitions.SimulatedFaultRule.Delay"/>.</summary>
    Slow,

    /// <summary>Declines to answer.</summary>
    Refusal,

    /// <summary>Answers correctly under another model's name.</summary>
    WrongModel,
}

/// <summary>The faults' names in configuration: `rate_limited`, `bad_json` and so on.</summary>
public static class SimulatedFaultNames
{
    static readonly Dictionary<string, SimulatedFault> ByName = new(StringComparer.Ordinal)
    {
        ["rate_limited"] = SimulatedFault.RateLimited,
        ["quota_exhausted"] = SimulatedFault.QuotaExhausted,
        ["server_error"] = SimulatedFault.ServerError,
        ["hang"] = SimulatedFault.Hang,
        ["bad_json"] = SimulatedFault.BadJson,
        ["schema_error"] = SimulatedFault.SchemaError,
        ["truncated"] = SimulatedFault.Truncated,
        ["empty"] = SimulatedFault.Empty,
        ["wrong_usage"] = SimulatedFault.WrongUsage,
        ["no_usage"] = SimulatedFault.NoUsage,
        ["content_filter"] = SimulatedFault.ContentFilter,
        ["slow"] = SimulatedFault.Slow,
        ["refusal"] = SimulatedFault.Refusal,
        ["wrong_model"] = SimulatedFault.WrongModel,
    };

    /// <summary>Every allowed name, in the order of the documentation.</summary>
    public static IReadOnlyCollection<string> All => ByName.Keys;

    public static bool TryParse(string name, out SimulatedFault fault) => ByName.TryGetValue(name, out fault);
}
