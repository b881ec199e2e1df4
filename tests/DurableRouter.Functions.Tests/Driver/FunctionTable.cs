using System.Reflection;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace DurableRouter.Functions.Tests.Driver;

/// <summary>The app's functions by name, as the Functions host would index them.</summary>
sealed class FunctionTable
{
    readonly Dictionary<string, Func<TaskOrchestrationContext, Task<JsonElement>>> _orchestrators = [];
    readonly Dictionary<string, Func<string, CancellationToken, Task<string>>> _activities = [];

    public IReadOnlyCollection<string> ActivityNames => _activities.Keys;

    public Func<TaskOrchestrationContext, Task<JsonElement>> Orchestrator(string name) => _orchestrators[name];

    public Func<string, CancellationToken, Task<string>> Activity(string name) => _activities.TryGetValue(name, out var found) ? found
        : throw new InvalidOperationException($"The function '{name}' doesn't exist, is disabled, or is not an activity function.");

    public FunctionTable Add(string name, Func<TaskOrchestrationContext, Task<JsonElement>> orchestrator)
    {
        _orchestrators[name] = orchestrator;
        return this;
    }

    public FunctionTable Add(string name, Func<string, CancellationToken, Task<string>> activity)
    {
        _activities[name] = activity;
        return this;
    }

    /// <summary>Every function of the class, by its attributes.</summary>
    public FunctionTable AddClass(object functions)
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
                Add(function.Name, method.CreateDelegate<Func<string, CancellationToken, Task<string>>>(functions));
            }
        }

        return this;
    }
}
