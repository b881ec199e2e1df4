using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace DurableRouter.Functions.Tests.Host;

/// <summary>A timer function as its attributes declare it.</summary>
sealed record TimerFunction(string Name, TimerTriggerAttribute Trigger, MethodInfo Method)
{
    public static IReadOnlyList<TimerFunction> All { get; } =
    [
        .. from type in typeof(AppServices).Assembly.GetTypes()
           from method in type.GetMethods()
           let function = method.GetCustomAttribute<FunctionAttribute>()
           let trigger = method.GetParameters().Select(p => p.GetCustomAttribute<TimerTriggerAttribute>()).SingleOrDefault(t => t is not null)
           where function is not null && trigger is not null
           select new TimerFunction(function.Name, trigger, method),
    ];

    /// <summary>What the timer does when its time has come.</summary>
    public Task FireAsync(IServiceProvider services)
    {
        var instance = ActivatorUtilities.CreateInstance(services, Method.DeclaringType!);
        return (Task)Method.Invoke(instance, [.. Method.GetParameters().Select(p => Argument(p.ParameterType, services))])!;
    }

    static object Argument(Type type, IServiceProvider services) =>
        type == typeof(TimerInfo) ? new TimerInfo()
        : type == typeof(CancellationToken) ? CancellationToken.None
        : type == typeof(DurableTaskClient) ? services.GetRequiredService<DurableTaskClient>()
        : throw new InvalidOperationException($"The worker has nothing for a parameter of type {type}.");
}
