using System.Reflection;
using System.Reflection.Emit;
using DurableRouter.FunctionsHost.Worker;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;

namespace DurableRouter.FunctionsHost.Jobs;

/// <summary>The WebJobs SDK reads functions from methods and their attributes, so each function of the app becomes a method of a type made
/// at run time, as in the real host (azure-functions-host, FunctionGenerator.cs). It calls <see cref="JobMethods"/> with the function's
/// name.</summary>
sealed class JobTypes : ITypeLocator
{
    readonly IReadOnlyList<Type> _types;

    public JobTypes(IEnumerable<FunctionDescription> functions)
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Functions"), AssemblyBuilderAccess.Run);
        var type = assembly.DefineDynamicModule("Functions").DefineType("Functions.Jobs", TypeAttributes.Public | TypeAttributes.Class);
        foreach (var function in functions)
        {
            Define(type, function);
        }

        _types = [type.CreateType(), typeof(ClientJob)];
    }

    public IReadOnlyList<Type> GetTypes() => _types;

    static void Define(TypeBuilder type, FunctionDescription function)
    {
        var (target, trigger) = function.TriggerType switch
        {
            "activityTrigger" => (nameof(JobMethods.CallAsync), New(typeof(ActivityTriggerAttribute))),
            "orchestrationTrigger" => (nameof(JobMethods.OrchestrateAsync), New(typeof(OrchestrationTriggerAttribute))),
            "httpTrigger" => (nameof(JobMethods.ServeAsync), null),
            "timerTrigger" => (nameof(JobMethods.FireAsync), (CustomAttributeBuilder?)null),
            var other => throw new NotSupportedException($"This host has no {other} ({function.Name})."),
        };
        var callee = typeof(JobMethods).GetMethod(target)!;
        Type[] parameters = [.. callee.GetParameters().Skip(1).Select(parameter => parameter.ParameterType)];
        var method = type.DefineMethod(function.Name, MethodAttributes.Public | MethodAttributes.Static, callee.ReturnType, parameters);
        method.SetCustomAttribute(New(typeof(FunctionNameAttribute), function.Name));
        var input = method.DefineParameter(1, ParameterAttributes.None, function.TriggerParameter);
        if (trigger is null)
        {
            method.SetCustomAttribute(New(typeof(NoAutomaticTriggerAttribute)));
        }
        else
        {
            input.SetCustomAttribute(trigger);
        }

        method.DefineParameter(2, ParameterAttributes.None, "invocation").SetCustomAttribute(New(typeof(InvocationIdAttribute)));
        method.DefineParameter(3, ParameterAttributes.None, "cancellationToken");

        var code = method.GetILGenerator();
        code.Emit(OpCodes.Ldstr, function.Name);
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldarg_1);
        code.Emit(OpCodes.Ldarg_2);
        code.Emit(OpCodes.Call, callee);
        code.Emit(OpCodes.Ret);
    }

    static CustomAttributeBuilder New(Type attribute, params object[] arguments) =>
        new(attribute.GetConstructor([.. arguments.Select(argument => argument.GetType())])!, arguments);
}
