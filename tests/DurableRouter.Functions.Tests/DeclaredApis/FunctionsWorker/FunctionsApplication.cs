// Compared with Azure/azure-functions-dotnet-worker, src/DotNetWorker/Builder/FunctionsApplication.cs (commit fb11333, worker 2.52.0).
namespace Microsoft.Azure.Functions.Worker.Builder;

public class FunctionsApplication
{
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(args);
}
