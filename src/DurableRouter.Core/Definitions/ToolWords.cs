namespace DurableRouter.Core.Definitions;

/// <summary>The words of <c>tools.yaml</c> and what they mean, in the order that messages list them.</summary>
static class ToolWords
{
    public static readonly IReadOnlyDictionary<string, ToolScope> Scopes = new Dictionary<string, ToolScope>
    {
        ["read"] = ToolScope.Read,
        ["write"] = ToolScope.Write,
    };

    public const string Http = "http";
    public const string Get = "GET";

    public static readonly string[] Methods = [Get, "POST", "PUT", "PATCH", "DELETE"];

    /// <summary>By their own meaning (RFC 9110, 9.2 and 9.3) these change what they name.</summary>
    public static readonly string[] WritingMethods = ["PUT", "PATCH", "DELETE"];

    public static string Of(ToolScope scope) => scope == ToolScope.Read ? "read" : "write";
}
