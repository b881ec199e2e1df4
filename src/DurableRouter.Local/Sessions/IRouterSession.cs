using System.Text.Json;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;

namespace DurableRouter.Local.Sessions;

/// <summary>The runs of one data folder, whoever holds it: this process, or a host that is reached over HTTP. Both give the same documents.</summary>
/// <remarks>Members throw <see cref="Core.Errors.DurableRouterException"/> with the codes of docs/errors.md.</remarks>
interface IRouterSession : IAsyncDisposable
{
    Task<string> StartAsync(string pipeline, JsonElement input, decimal? budgetUsd, CancellationToken cancellationToken);

    Task<Document<RunInfo>> GetAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    Task<Document<RunListInfo>> ListAsync(RunFilter filter, CancellationToken cancellationToken);

    Task<Document<LedgerInfo>> LedgerAsync(string runId, CancellationToken cancellationToken);

    Task<Document<ExplanationInfo>> ExplainAsync(string runId, CancellationToken cancellationToken);

    /// <summary>Oldest first.</summary>
    Task<Document<ApprovalListInfo>> ApprovalsAsync(string? runId, bool pendingOnly, CancellationToken cancellationToken);

    Task<Document<ApprovalInfo>> ApprovalAsync(string approvalId, CancellationToken cancellationToken);

    Task<Document<ReceiptInfo>> DecideAsync(Decision decision, CancellationToken cancellationToken);

    /// <summary>A one-time link by which a named person decides.</summary>
    Task<Document<LinkInfo>> LinkAsync(string approvalId, string subject, CancellationToken cancellationToken);

    Task SuspendAsync(string runId, string? reason, CancellationToken cancellationToken);

    Task ResumeAsync(string runId, string? reason, CancellationToken cancellationToken);

    Task TerminateAsync(string runId, string? reason, CancellationToken cancellationToken);

    /// <summary>The run's events after the one with this id, oldest first; null: all.</summary>
    Task<IReadOnlyList<EventInfo>> EventsAsync(string runId, string? after, CancellationToken cancellationToken);

    /// <summary>Completes soon after something new happened in the run, and after <paramref name="limit"/> at the latest.</summary>
    Task WaitForEventAsync(string runId, string? after, TimeSpan limit, CancellationToken cancellationToken);

    /// <summary>The tier of each model of the catalog, by name.</summary>
    Task<IReadOnlyDictionary<string, string>> TiersAsync(CancellationToken cancellationToken);

    Task<IReadOnlyList<CostGroup>> CostAsync(DateTimeOffset? from, DateTimeOffset? to, CostGrouping grouping, CancellationToken cancellationToken);

    Task<IReadOnlyList<RoutingGroup>> RoutingAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken);
}

/// <param name="Status">A runtime status; null: any.</param>
/// <param name="Top">1 to 1000.</param>
sealed record RunFilter(string? Status = null, string? Pipeline = null, int Top = 20, string? ContinuationToken = null);

/// <param name="Digest">Of the facts that the person saw: the decision is refused when they are not this approval's.</param>
sealed record Decision(string ApprovalId, string Digest, ApprovalStatus Status, string? Comment, JsonElement? Edits)
{
    /// <summary>As the HTTP interface has it.</summary>
    public string Word => Status switch
    {
        ApprovalStatus.Approved => "approved",
        ApprovalStatus.ChangesRequested => "changesRequested",
        _ => "rejected",
    };
}
