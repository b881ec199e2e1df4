using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace DurableRouter.Functions.Tests.Host;

/// <summary>A function of the app as its attributes declare it.</summary>
sealed record DeclaredFunction<TTrigger>(string Name, TTrigger Trigger, MethodInfo Method) where TTrigger : Attribute
{
    public static IReadOnlyList<DeclaredFunction<TTrigger>> All { get; } =
    [
        .. from type in typeof(AppServices).Assembly.GetTypes()
           from method in type.GetMethods()
           let function = method.GetCustomAttribute<FunctionAttribute>()
           let trigger = method.GetParameters().Select(p => p.GetCustomAttribute<TTrigger>()).SingleOrDefault(t => t is not null)
           where function is not null && trigger is not null
           select new DeclaredFunction<TTrigger>(function.Name, trigger, method),
    ];

    /// <summary>What the worker library does: an instance per call, arguments by type.</summary>
    /// <param name="own">What the trigger brings of a type; null for another type.</param>
    public object Call(IServiceProvider services, Func<Type, object?> own)
    {
        var instance = ActivatorUtilities.CreateInstance(services, Method.DeclaringType!);
        return Method.Invoke(instance, [.. Method.GetParameters().Select(p => own(p.ParameterType)
            ?? (p.ParameterType == typeof(DurableTaskClient) ? services.GetRequiredService<DurableTaskClient>() : null)
            ?? throw new InvalidOperationException($"The worker has nothing for a parameter of type {p.ParameterType}."))])!;
    }
}
