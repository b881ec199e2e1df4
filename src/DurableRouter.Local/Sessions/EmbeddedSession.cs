using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Reports;
using DurableRouter.Http.Access;
using DurableRouter.Http.Approvals;
using DurableRouter.Http.Events;
using DurableRouter.Http.Explain;
using DurableRouter.Http.Ledger;
using DurableRouter.Http.Runs;
using DurableRouter.Local.Commands;

namespace DurableRouter.Local.Sessions;

/// <summary>The data folder is this process's own. Documents are written by the HTTP interface's writers, so both sessions agree.</summary>
sealed class EmbeddedSession(HostComposition host) : IRouterSession
{
    IRunClient Runs => host.Engine;

    public async Task<string> StartAsync(string pipeline, JsonElement input, decimal? budgetUsd, CancellationToken cancellationToken)
    {
        var request = new StartRequest(pipeline, input, new Dictionary<string, string>(), budgetUsd, null);
        return (await host.Starter.StartAsync(pipeline, request, HostComposition.LocalSubject, ApiRoles.Local.Words(), null, cancellationToken)).RunId;
    }

    public async Task<Document<RunInfo>> GetAsync(string runId, CancellationToken cancellationToken)
    {
        var view = await RunView.LoadAsync(Runs, host.Engine.Content, await SnapshotAsync(runId, cancellationToken), cancellationToken);
        return Read(view, RunJson.Write, LocalJson.Default.RunInfo);
    }

    public async Task<Document<RunListInfo>> ListAsync(RunFilter filter, CancellationToken cancellationToken)
    {
        IReadOnlyList<RuntimeStatus> statuses = filter.Status is { } word ? [Enum.Parse<RuntimeStatus>(word, ignoreCase: true)] : [];
        var page = await Runs.ListAsync(new RunQuery(statuses, filter.Pipeline, null, null, null, filter.Top, filter.ContinuationToken), cancellationToken);
        return Read(page, static (json, page) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("value");
            foreach (var run in page.Runs)
            {
                RunJson.Write(json, RunView.Summary(run));
            }

            json.WriteEndArray();
            json.WriteString("continuationToken", page.ContinuationToken);
            json.WriteEndObject();
        }, LocalJson.Default.RunListInfo);
    }

    public async Task<Document<LedgerInfo>> LedgerAsync(string runId, CancellationToken cancellationToken)
    {
        var attempts = await host.Engine.Ledger.AttemptsAsync(runId, cancellationToken);
        if (attempts.Count == 0)
        {
            await SnapshotAsync(runId, cancellationToken);
        }

        var ledger = new RunLedger(runId, attempts, await host.Engine.Ledger.RunAsync(runId, cancellationToken));
        return Read(ledger, LedgerJson.Write, LocalJson.Default.LedgerInfo);
    }

    public async Task<Document<ExplanationInfo>> ExplainAsync(string runId, CancellationToken cancellationToken)
    {
        var explanation = RunExplanation.Of(await SnapshotAsync(runId, cancellationToken), await Runs.HistoryAsync(runId, 0, cancellationToken));
        return Read(explanation, ExplanationJson.Write, LocalJson.Default.ExplanationInfo);
    }

    public async Task<Document<ApprovalListInfo>> ApprovalsAsync(string? runId, bool pendingOnly, CancellationToken cancellationToken)
    {
        var records = await host.Engine.Approvals.ListAsync(pendingOnly ? ApprovalStatus.Pending : null, runId, 1000, cancellationToken);
        return Read(records, static (json, records) =>
        {
            json.WriteStartObject();
            json.WriteStartArray("value");
            foreach (var record in records)
            {
                ApprovalJson.Write(json, record);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }, LocalJson.Default.ApprovalListInfo);
    }

    public async Task<Document<ApprovalInfo>> ApprovalAsync(string approvalId, CancellationToken cancellationToken)
    {
        var record = await host.Engine.Approvals.GetAsync(approvalId, cancellationToken)
            ?? throw new DurableRouterException(ErrorCodes.ApprovalNotFound,
                $"No approval has the id {approvalId}. `durable-router show RUN` lists a run's approvals.");
        return Read(record, ApprovalJson.Write, LocalJson.Default.ApprovalInfo);
    }

    public async Task<Document<ReceiptInfo>> DecideAsync(Decision decision, CancellationToken cancellationToken)
    {
        var decided = await host.Decisions.DecideAsync(new DecideApproval(decision.ApprovalId, decision.Status,
            Approver.Local(HostComposition.LocalSubject), decision.Comment, decision.Edits, decision.Digest), cancellationToken);
        return Read(decided, ApprovalJson.WriteReceipt, LocalJson.Default.ReceiptInfo);
    }

    public async Task<Document<LinkInfo>> LinkAsync(string approvalId, string subject, CancellationToken cancellationToken)
    {
        var record = await host.Engine.Approvals.GetAsync(approvalId, cancellationToken) ?? throw ApprovalDecisions.NotFound(approvalId);
        if (record.Status != ApprovalStatus.Pending)
        {
            throw ApprovalLinkJson.Closed(record);
        }

        // Nobody serves the page yet: the link is for the address that serve has by itself, or the configured one.
        var token = await new ApprovalLinks(host.Engine.Approvals).CreateAsync(record, subject, cancellationToken);
        var url = ApprovalLinks.Url((host.Config.Webhooks.PublicUrl ?? ServeCommand.DefaultUrl).AbsoluteUri, record.Id, token);
        return Read(new MadeLink(record, subject, url), ApprovalLinkJson.Write, LocalJson.Default.LinkInfo);
    }

    public Task SuspendAsync(string runId, string? reason, CancellationToken cancellationToken) => Runs.SuspendAsync(runId, reason, cancellationToken);

    public Task ResumeAsync(string runId, string? reason, CancellationToken cancellationToken) => Runs.ResumeAsync(runId, reason, cancellationToken);

    public Task TerminateAsync(string runId, string? reason, CancellationToken cancellationToken) => Runs.TerminateAsync(runId, reason, cancellationToken);

    public async Task<IReadOnlyList<EventInfo>> EventsAsync(string runId, string? after, CancellationToken cancellationToken)
    {
        var seen = after is null ? RunEventId.Start : RunEventId.Parse(after) ?? RunEventId.Start;
        var events = RunEvents.Of(await Runs.HistoryAsync(runId, 0, cancellationToken), seen);
        return Read((runId, events), static (json, state) => RunEventJson.WriteList(json, state.runId, state.events), LocalJson.Default.EventListInfo).Value.Value;
    }

    public Task WaitForEventAsync(string runId, string? after, TimeSpan limit, CancellationToken cancellationToken) =>
        Runs.WaitForHistoryAsync(runId, after is null ? 0 : RunEventId.Parse(after)?.Sequence ?? 0, limit, cancellationToken);

    public Task<IReadOnlyDictionary<string, string>> TiersAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<string, string>>(
            host.Config.Catalog.Models.ToDictionary(m => m.Name, m => m.Tier.ToString().ToLowerInvariant(), StringComparer.Ordinal));

    public Task<IReadOnlyList<CostGroup>> CostAsync(DateTimeOffset? from, DateTimeOffset? to, CostGrouping grouping, CancellationToken cancellationToken) =>
        host.Engine.Ledger.CostAsync(from, to, grouping, cancellationToken);

    public Task<IReadOnlyList<RoutingGroup>> RoutingAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken) =>
        host.Engine.Ledger.RoutingAsync(from, to, cancellationToken);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    async Task<RunSnapshot> SnapshotAsync(string runId, CancellationToken cancellationToken) =>
        await Runs.GetAsync(runId, cancellationToken)
        ?? throw new DurableRouterException(ErrorCodes.RunNotFound, $"There is no run {runId} here. `durable-router runs` lists what there is.");

    static Document<T> Read<TSource, T>(TSource source, Action<Utf8JsonWriter, TSource> write, JsonTypeInfo<T> type)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json, source);
        }

        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        var element = JsonElement.ParseValue(ref reader);
        return new Document<T>(element.Deserialize(type)!, element);
    }
}
