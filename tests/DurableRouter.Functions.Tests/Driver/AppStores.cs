using DurableRouter.Core.Durability;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Notifications;
using DurableRouter.Functions.Storage;
using DurableRouter.Functions.Tests.Memory;

namespace DurableRouter.Functions.Tests.Driver;

/// <summary>What the app's durable side stands on beside the task hub.</summary>
sealed record AppStores(IRunIndex Index, IRunHistory History, ILedgerWriter Rows, IAttemptLeases Leases, ILedger Ledger, IContentStore Content, IRunContent RunContent,
    IOutbox Outbox, IWaitingMessages Waiting)
{
    public static AppStores InMemory()
    {
        var ledger = new MemoryLedger();
        var content = new MemoryContent();
        var outbox = new MemoryOutbox();
        return new AppStores(new MemoryRunIndex(), new MemoryRunHistory(), ledger, ledger, ledger, content, content, outbox, outbox);
    }

    public static AppStores On(StorageLayout storage)
    {
        var content = new BlobContentStore(storage);
        var ledger = new TableLedger(storage, content);
        var index = new TableRunIndex(storage, content);
        var outbox = new TableOutbox(storage);
        return new AppStores(index, new TableRunHistory(storage, content), ledger, new TableAttemptLeases(storage), ledger, content, content, outbox, outbox);
    }
}
