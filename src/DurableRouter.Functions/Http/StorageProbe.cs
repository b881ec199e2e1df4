using DurableRouter.Core.Errors;
using DurableRouter.Functions.Storage;
using DurableRouter.Http.Health;

namespace DurableRouter.Functions.Http;

/// <summary>Ready while the tables answer.</summary>
sealed class StorageProbe(IRunIndex runs) : IReadinessProbe
{
    public async ValueTask<string?> CheckAsync(CancellationToken cancellationToken)
    {
        try
        {
            await runs.GetAsync("no-such-run", cancellationToken);
            return null;
        }
        catch (DurableRouterException e)
        {
            return e.Message;
        }
    }
}
