using DurableRouter.Core.Approvals;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Health;
using DurableRouter.Core.Ledger;
using DurableRouter.Core.Values;
using DurableRouter.Http.Access;
using DurableRouter.Http.Health;
using DurableRouter.Http.Pipelines;
using DurableRouter.Http.Runs;
using DurableRouter.Http.Webhooks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DurableRouter.Http;

/// <summary>All that handlers use, found with one look-up per request.</summary>
public sealed class RouterApi(IRunClient runs, RunStarter starter, ILedger ledger, IApprovalStore approvals,
    ApprovalDecisions decisions, ApprovalLinks links, IContentStore content, DefinitionRegistry definitions, RouterApiOptions options, Callers callers, IEnumerable<IReadinessProbe> probes, TimeProvider clock,
    ILogger<RouterApi> logger, WebhookInbox? inbox = null, ModelHealth? health = null)
{
    public IRunClient Runs { get; } = runs;

    public RunStarter Starter { get; } = starter;

    public ILedger Ledger { get; } = ledger;

    public IApprovalStore Approvals { get; } = approvals;

    public ApprovalDecisions Decisions { get; } = decisions;

    public ApprovalLinks Links { get; } = links;

    /// <summary>Attempts with links that nobody was given.</summary>
    public FailureLimit ForgedLinks { get; } = new(most: 30, clock);

    public IContentStore Content { get; } = content;

    public DefinitionRegistry Definitions { get; } = definitions;

    public RouterApiOptions Options { get; } = options;

    public Callers Callers { get; } = callers;

    public IReadOnlyList<IReadinessProbe> Probes { get; } = [.. probes];

    public TimeProvider Clock { get; } = clock;

    /// <summary>Null: no source of signed messages is configured.</summary>
    public WebhookInbox? Inbox { get; } = inbox;

    /// <summary>Null: the host shows no health of models.</summary>
    public ModelHealth? Health { get; } = health;

    internal ILogger Logger { get; } = logger;

    public static RouterApi Of(HttpContext context) => context.RequestServices.GetRequiredService<RouterApi>();
}
