using DurableRouter.Core.Approvals;
using DurableRouter.Tests.Shared;

namespace DurableRouter.Tests.Engine;

public sealed class SqliteApprovalStoreTests : ApprovalStoreContract, IAsyncLifetime
{
    EmbeddedEngineHarness? _engine;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await (_engine?.DisposeAsync() ?? default);

    protected override async Task<IApprovalStore> OpenAsync()
    {
        _engine = await EmbeddedEngineHarness.StartAsync(new DelegateWorkflow((_, input) => Task.FromResult(input)), []);
        return _engine.Engine.Approvals;
    }
}
