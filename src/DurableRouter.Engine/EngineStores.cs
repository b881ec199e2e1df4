using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Notifications;

namespace DurableRouter.Engine;

/// <summary>The stores of an engine that is being put together.</summary>
public sealed record EngineStores(IContentStore Content, IApprovalStore Approvals, ILedger Ledger, IOutbox Outbox);
