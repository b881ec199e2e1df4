
namespace DurableRouter.FunctionsHost.Jobs;

/// <summary>What the methods of <see cref="JobTypes"/> call. Static, because the code made at run time then needs no instance.</summary>
public static class JobMethods
{
    internal static Invoker Invoker { get; set; } = null!;

    /// <param name="input">The trigger's value, as text.</param>
    public static Task<object?> CallAsync(string function, string input, string invocation, CancellationToken cancellationToken) =>
        Invoker.CallAsync(function, input, invocation, cancellationToken);

    /// <param name="request">An OrchestratorRequest, as base64.</param>
    /// <returns>An OrchestratorResponse, as base64.</returns>
    public static Task<object?> OrchestrateAsync(string function, string request, string invocation, CancellationToken cancellationToken) =>
        Invoker.OrchestrateAsync(function, request, invocation, cancellationToken);

    /// <param name="timer">The timer's state, as JSON text.</param>
    public static Task FireAsync(string function, string timer, string invocation, CancellationToken cancellationToken) =>
        Invoker.CallAsync(function, timer, invocation, cancellationToken);

    public static Task ServeAsync(string function, HttpContext context, string invocation, CancellationToken cancellationToken) =>
        Invoker.ServeAsync(function, context, invocation, cancellationToken);
}
