using DurableRouter.Core.Activities;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Notifications;
using DurableRouter.Core.Values;

namespace DurableRouter.Engine;

/// <summary>The stores of an engine that is being put together.</summary>
/// <param name="CallsLeftOpen">Billed calls that an earlier process may have made and left no result of; none before the engine has started.</param>
public sealed record EngineStores(IContentStore Content, IApprovalStore Approvals, ILedger Ledger, IOutbox Outbox,
    Func<IReadOnlyList<CallLeftOpen>> CallsLeftOpen);
