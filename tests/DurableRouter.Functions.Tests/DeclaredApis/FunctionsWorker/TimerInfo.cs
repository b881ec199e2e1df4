// Compared with Azure/azure-functions-dotnet-worker, extensions/Worker.Extensions.Timer/src/TimerInfo.cs (commit fb11333, Timer extension 4.3.1).
namespace Microsoft.Azure.Functions.Worker;

public class TimerInfo
{
    public bool IsPastDue { get; set; }
}
