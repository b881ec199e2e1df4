// Compared with Azure/azure-functions-dotnet-worker, extensions/Worker.Extensions.Http/src/AuthorizationLevel.cs (commit fb11333, Http extension 3.3.0).
namespace Microsoft.Azure.Functions.Worker;

public enum AuthorizationLevel
{
    Anonymous = 0,
    User = 1,
    Function = 2,
    System = 3,
    Admin = 4,
}
