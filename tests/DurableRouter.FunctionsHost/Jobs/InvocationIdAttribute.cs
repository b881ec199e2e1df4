using Microsoft.Azure.WebJobs.Description;
using Microsoft.Azure.WebJobs.Host.Config;

namespace DurableRouter.FunctionsHost.Jobs;

/// <summary>Binds a parameter to the id of the invocation, which the WebJobs SDK names when a function exceeds its time.</summary>
[Binding]
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class InvocationIdAttribute : Attribute;

sealed class InvocationIdBinding : IExtensionConfigProvider
{
    public void Initialize(ExtensionConfigContext context) =>
        context.AddBindingRule<InvocationIdAttribute>()
            .BindToInput<string>((_, binding) => Task.FromResult(binding.FunctionInstanceId.ToString()));
}
