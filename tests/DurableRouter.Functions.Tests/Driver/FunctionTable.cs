using System.Reflection;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace DurableRouter.Functions.Tests.Driver;

/// <summary>The app's functions by name, as the Functions host would index them.</summary>
sealed class FunctionTable
{
    readonly Dictionary<string, Func<TaskOrchestrationContext, Task<JsonElement>>> _orchestrators = [];
    readonly Dictionary<string, Func<string, CancellationToken, Task<string>>> _activities = [];

    public IReadOnlyCollection<string> ActivityNames => _activities.Keys;

    /// <summary>Whether the worker process dies with this call of an activity in flight, while the Functions host lives on.</summary>
    public Func<string, bool> Dies { get; set; } = _ => false;

    public Func<TaskOrchestrationContext, Task<JsonElement>> Orchestrator(string name) => _orchestrators[name];

    /// <summary>From its input's JSON to its output's.</summary>
    public Func<string, CancellationToken, Task<string>> Activity(string name) => _activities.TryGetValue(name, out var found) ? found
        : throw new InvalidOperationException($"The function '{name}' doesn't exist, is disabled, or is not an activity function.");

    public FunctionTable Add(string name, Func<TaskOrchestrationContext, Task<JsonElement>> orchestrator)
    {
        _orchestrators[name] = orchestrator;
        return this;
    }

    public FunctionTable Add<TInput, TOutput>(string name, Func<TInput, CancellationToken, Task<TOutput>> activity)
    {
        _activities[name] = async (json, stopping) =>
            HostJson.Rewrite(JsonSerializer.Serialize(await activity(JsonSerializer.Deserialize<TInput>(HostJson.Rewrite(json))!, stopping)));
        return this;
    }

    /// <summary>Every function of the class, by its attributes.</summary>
    /// <param name="client">For those that ask for the task hub.</param>
    public FunctionTable AddClass(object functions, Func<DurableTaskClient>? client = null)
    {
        foreach (var method in functions.GetType().GetMethods(BindingFlags.Public | BindingFlags.Instance))
        {
            if (method.GetCustomAttribute<FunctionAttribute>() is not { } function)
            {
                continue;
            }

            if (method.GetParameters()[0].GetCustomAttribute<OrchestrationTriggerAttribute>() is not null)
            {
                Add(function.Name, method.CreateDelegate<Func<TaskOrchestrationContext, Task<JsonElement>>>(functions));
            }
            else if (method.GetParameters()[0].GetCustomAttribute<ActivityTriggerAttribute>() is not null)
            {
                AddMethod.MakeGenericMethod(method.GetParameters()[0].ParameterType, method.ReturnType.GetGenericArguments()[0])
                    .Invoke(null, [this, function.Name, functions, method, client]);
            }
        }

        return this;
    }

    static readonly MethodInfo AddMethod = typeof(FunctionTable).GetMethod(nameof(AddActivity), BindingFlags.Static | BindingFlags.NonPublic)!;

    static void AddActivity<TInput, TOutput>(FunctionTable table, string name, object functions, MethodInfo method, Func<DurableTaskClient>? client)
    {
        if (method.GetParameters().Length == 2)
        {
            table.Add(name, method.CreateDelegate<Func<TInput, CancellationToken, Task<TOutput>>>(functions));
            return;
        }

        var activity = method.CreateDelegate<Func<TInput, DurableTaskClient, CancellationToken, Task<TOutput>>>(functions);
        table.Add<TInput, TOutput>(name, (input, stopping) => activity(input, client!(), stopping));
    }
}
