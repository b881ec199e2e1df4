using Microsoft.Azure.Functions.Worker;

namespace DurableRouter.Functions.Tests.Host;

static class TimerFunction
{
    public static IReadOnlyList<DeclaredFunction<TimerTriggerAttribute>> All => DeclaredFunction<TimerTriggerAttribute>.All;

    /// <summary>What the timer does when its time has come.</summary>
    public static Task FireAsync(this DeclaredFunction<TimerTriggerAttribute> function, IServiceProvider services) =>
        (Task)function.Call(services, type => type == typeof(TimerInfo) ? new TimerInfo() : type == typeof(CancellationToken) ? CancellationToken.None : null);
}
