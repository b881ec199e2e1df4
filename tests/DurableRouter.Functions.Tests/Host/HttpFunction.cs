using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace DurableRouter.Functions.Tests.Host;

/// <summary>An HTTP function as its attributes declare it.</summary>
sealed record HttpFunction(string Name, HttpTriggerAttribute Trigger, MethodInfo Method)
{
    public static IReadOnlyList<HttpFunction> All { get; } =
    [
        .. from type in typeof(AppServices).Assembly.GetTypes()
           from method in type.GetMethods()
           let function = method.GetCustomAttribute<FunctionAttribute>()
           let trigger = method.GetParameters().Select(p => p.GetCustomAttribute<HttpTriggerAttribute>()).SingleOrDefault(t => t is not null)
           where function is not null && trigger is not null
           select new HttpFunction(function.Name, trigger, method),
    ];

    public string Template => "/" + (Trigger.Route ?? Name);

    /// <summary>What the worker library does: an instance per call, arguments by type, and the result executed with the request.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        if (Trigger.AuthLevel != AuthorizationLevel.Anonymous)
        {
            context.Response.StatusCode = 401; // the Functions host wants a key of its own
            return;
        }

        var instance = ActivatorUtilities.CreateInstance(context.RequestServices, Method.DeclaringType!);
        var result = (IResult)Method.Invoke(instance, [.. Method.GetParameters().Select(p => Argument(p.ParameterType, context))])!;
        await result.ExecuteAsync(context);
    }

    static object Argument(Type type, HttpContext context) =>
        type == typeof(HttpRequest) ? context.Request
        : type == typeof(DurableTaskClient) ? context.RequestServices.GetRequiredService<DurableTaskClient>()
        : throw new InvalidOperationException($"The worker has nothing for a parameter of type {type}.");
}
