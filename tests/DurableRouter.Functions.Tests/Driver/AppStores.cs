using DurableRouter.Core.Ledger;
using DurableRouter.Core.Notifications;
using DurableRouter.Core.Values;
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
        var runs = new MemoryRuns(ledger);
        return new AppStores(runs, runs, ledger, ledger, ledger, content, content, outbox, outbox);
    }

    public static AppStores On(StorageLayout storage)
    {
        var content = new BlobContentStore(storage);
        var ledger = new TableLedger(storage, content);
        var runs = new RunPartition(storage, content);
        var outbox = new TableOutbox(storage);
        return new AppStores(new TableRunIndex(storage, runs), new TableRunHistory(runs), ledger, new TableAttemptLeases(storage), ledger, content, content, outbox, outbox);
    }
}
