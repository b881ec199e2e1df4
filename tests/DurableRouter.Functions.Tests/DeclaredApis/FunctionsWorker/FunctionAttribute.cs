// Compared with Azure/azure-functions-dotnet-worker 2.52.0, extensions/Worker.Extensions.Abstractions/src/FunctionAttribute.cs.
namespace Microsoft.Azure.Functions.Worker;

[AttributeUsage(AttributeTargets.Method)]
public class FunctionAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
