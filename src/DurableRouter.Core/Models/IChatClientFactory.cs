using DurableRouter.Core.Definitions;
using Microsoft.Extensions.AI;

namespace DurableRouter.Core.Models;

/// <summary>Gives the client of a catalog entry. The catalog is the run's pinned one, so an edit never changes a run in flight.</summary>
public interface IChatClientFactory
{
    /// <summary>The shared, thread-safe client of the entry; callers don't dispose it. Its calls throw <see cref="ModelCallException"/>
    /// for every expected failure.</summary>
    /// <exception cref="Errors.DurableRouterException">Code <c>key_missing</c> when the entry's environment variable is not set,
    /// <c>config_invalid</c> when this host can't serve the entry.</exception>
    IChatClient Get(ModelCatalog catalog, ModelEntry model);
}
