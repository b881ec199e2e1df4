namespace DurableRouter.Http.Access;

/// <summary>What a key may do. Every role may also do what <see cref="Viewer"/> may; <see cref="Admin"/> may do everything.</summary>
[Flags]
public enum ApiRole
{
    /// <summary>No key is needed: health and the interface's description.</summary>
    None = 0,

    /// <summary>Reads runs, ledger, approvals, pipelines, models.</summary>
    Viewer = 1,

    /// <summary>Starts runs and sends them events.</summary>
    Runner = 2,

    /// <summary>Decides approvals.</summary>
    Approver = 4,

    /// <summary>Suspends, resumes and terminates runs.</summary>
    Operator = 8,

    /// <summary>Deletes runs.</summary>
    Admin = 16,
}

public static class ApiRoles
{
    /// <summary>What a caller without a key may do on its own machine.</summary>
    public const ApiRole Local = ApiRole.Viewer | ApiRole.Admin;

    /// <summary>The roles as pipelines name them.</summary>
    public static IReadOnlyList<string> Words(this ApiRole held) =>
        [.. Enum.GetValues<ApiRole>().Where(role => role != ApiRole.None && held.HasFlag(role)).Select(role => role.ToString().ToLowerInvariant())];

    public static bool Allow(this ApiRole held, ApiRole needed) => needed switch
    {
        ApiRole.None => true,
        ApiRole.Viewer => held != ApiRole.None,
        _ => (held & (needed | ApiRole.Admin)) != 0,
    };
}
