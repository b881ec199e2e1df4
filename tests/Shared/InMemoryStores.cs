using System.Text.Json.Serialization;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Values;

namespace DurableRouter.Tests.Shared;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(List<HistoryEntry>))]
public sealed partial class TestJson : JsonSerializerContext;

public sealed class InMemoryContent : IContentStore
{
    readonly Dictionary<string, ReadOnlyMemory<byte>> _items = [];

    public IReadOnlyCollection<string> Addresses => _items.Keys;

    public ValueTask<ReadOnlyMemory<byte>> GetAsync(string sha256, CancellationToken cancellationToken) => _items.TryGetValue(sha256, out var bytes)
        ? ValueTask.FromResult(bytes) : throw new DurableRouterException(ErrorCodes.ContentMissing, $"no content {sha256}");

    public ValueTask<string> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var address = FieldValues.Sha256(content.Span);
        _items[address] = content.ToArray();
        return ValueTask.FromResult(address);
    }
}

public sealed class InMemoryApprovals(InMemoryHost host) : IApprovalStore
{
    readonly List<ApprovalRecord> _records = [];
    readonly HashSet<string> _messages = [];

    public IReadOnlyList<ApprovalRecord> All => _records;

    public ApprovalRecord Pending => Assert.Single(_records, r => r.Status == ApprovalStatus.Pending);

    public Task<ApprovalRecord> RequestAsync(ApprovalRecord record, CancellationToken cancellationToken)
    {
        if (!_records.Exists(r => r.Id == record.Id))
        {
            _records.Add(record);
        }

        return Task.FromResult(_records.First(r => r.Id == record.Id));
    }

    public Task<ApprovalRecord?> GetAsync(string id, CancellationToken cancellationToken) => Task.FromResult(_records.Find(r => r.Id == id));

    public Task<IReadOnlyList<ApprovalRecord>> ListAsync(ApprovalStatus? status, string? runId, int top, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<ApprovalRecord>>([.. _records.Where(r => status is null || r.Status == status).Take(top)]);

    public Task<ApprovalRecord> DecideAsync(string id, Func<ApprovalRecord, ApprovalRecord> vote, CancellationToken cancellationToken)
    {
        var stood = Change(id, vote);
        if (stood.Status != ApprovalStatus.Pending)
        {
            host.Raise(ApprovalIds.Event(id));
        }

        return Task.FromResult(stood);
    }

    public Task<ApprovalRecord> MoveAsync(string id, Func<ApprovalRecord, ApprovalRecord> change, CancellationToken cancellationToken) =>
        Task.FromResult(Change(id, change));

    public Task<ReadOnlyMemory<byte>> SealingKeyAsync(CancellationToken cancellationToken) =>
        Task.FromResult<ReadOnlyMemory<byte>>(new byte[32]);

    public Task<bool> KnowsMessageAsync(string webhookId, CancellationToken cancellationToken) => Task.FromResult(_messages.Contains(webhookId));

    public Task RememberMessageAsync(string webhookId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        _messages.Add(webhookId);
        return Task.CompletedTask;
    }

    /// <summary>What a store must do to a record under the run's feet, for tests of tampering.</summary>
    public ApprovalRecord Change(string id, Func<ApprovalRecord, ApprovalRecord> change)
    {
        var at = _records.FindIndex(r => r.Id == id);
        return at < 0 ? throw new DurableRouterException(ErrorCodes.ApprovalNotFound, id) : _records[at] = change(_records[at]);
    }
}
