// Compared with Azure/azure-functions-durable-extension, src/Worker.Extensions.DurableTask/ActivityTriggerAttribute.cs
// (commit a7c6d69, worker extension 1.1.7).
namespace Microsoft.Azure.Functions.Worker;

[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ActivityTriggerAttribute : Attribute;
