namespace DurableRouter.Core.Models;

/// <summary>What travels in the additional properties of chat options and responses.</summary>
public static class ChatProperties
{
    /// <summary>Options: the attempt's key, sent as <c>X-Client-Request-Id</c>. A string.</summary>
    public const string ClientRequestId = "clientRequestId";

    /// <summary>Response: milliseconds to the first byte of the body. An int; absent when the body was empty.</summary>
    public const string FirstByteMs = "firstByteMs";

    /// <summary>Response: true where a simulated model made it.</summary>
    public const string Simulated = "simulated";
}
