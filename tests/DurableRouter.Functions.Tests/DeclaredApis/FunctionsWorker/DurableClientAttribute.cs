// Compared with Azure/azure-functions-durable-extension, src/Worker.Extensions.DurableTask/DurableClientAttribute.cs
// (commit a7c6d69, worker extension 1.1.7). In the original it is an InputBindingAttribute of the worker's abstractions.
namespace Microsoft.Azure.Functions.Worker;

[AttributeUsage(AttributeTargets.Parameter)]
public sealed class DurableClientAttribute : Attribute;
