using System.Text.Json;
using DurableRouter.Core.Activities;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Routing;
using DurableRouter.Core.Values;
using DurableRouter.Core.Workflow;
using DurableRouter.Http.Pipelines;
using DurableRouter.Http.Problems;

namespace DurableRouter.Http.Runs;

/// <summary>Turns a valid request into a run: checks the input, pins the definition, gives the id. The command line starts runs here too.</summary>
public sealed class RunStarter(IRunClient runs, IContentStore content, DefinitionRegistry definitions, TimeProvider clock,
    WebhookConfig? webhooks = null)
{
    /// <param name="requester">The caller's subject.</param>
    /// <param name="roles">The roles that the caller holds, by which policies bind.</param>
    /// <param name="idempotency">The key scoped by its caller, and the request's hash; null starts unconditionally.</param>
    /// <exception cref="DurableRouterException">Codes <c>pipeline_not_found</c>, <c>input_invalid</c> and those of
    /// <see cref="IRunClient.StartAsync"/>.</exception>
    public async ValueTask<StartedRun> StartAsync(string pipeline, StartRequest request, string requester, IReadOnlyList<string> roles,
        IdempotencyClaim? idempotency, CancellationToken cancellationToken)
    {
        var published = definitions.Get(pipeline);
        Check(published, request);
        CheckCallback(request.CallbackUrl);
        await published.EnsureStoredAsync(content, cancellationToken);
        var fields = new Dictionary<string, FieldValue>();
        List<ContentItem>? items = null;
        foreach (var member in request.Input.EnumerateObject())
        {
            var (value, item) = FieldValues.Create(member.Value);
            fields.Add(member.Name, value);
            if (item is not null)
            {
                (items ??= []).Add(item);
            }
        }

        var now = clock.GetUtcNow();
        var runId = "run-" + Guid.CreateVersion7(now);
        var callback = request.CallbackUrl is { } url ? Delivery.Create(DeliveryKinds.RunEnded, runId, url.AbsoluteUri, DeliveryState.Waiting, now) : null;
        var input = new RunInput(1, published.Name, published.Sha256, fields, request.BudgetUsd, request.Route, requester, roles,
            InputScores.Of(published.ScoredFields, request.Input));
        var index = new RunIndexEntry(published.Name, request.Tags, requester);
        return await runs.StartAsync(new StartRun(runId, RouterWorkflow.PersistedName, input, index, items ?? [], idempotency, callback),
            cancellationToken);
    }

    /// <summary>No caller makes this host call an address that its operator didn't allow.</summary>
    void CheckCallback(Uri? url)
    {
        if (url is null || webhooks?.Callbacks?.Find(url) is not null)
        {
            return;
        }

        var hosts = webhooks?.Callbacks is { } callbacks ? string.Join(", ", callbacks.Hosts.Select(h => $"{h.Host}:{h.Port}")) : "none; webhooks.yaml names them";
        throw new RefusedException(HttpCodes.RequestInvalid, "The run's callback may not go there. Nothing was started.",
            [new ProblemItem("/callbackUrl", $"must be an https:// address without user or fragment, of a host that the operator allowed: {hosts}")]);
    }

    static void Check(PublishedPipeline published, StartRequest request)
    {
        if (request.Input.ValueKind != JsonValueKind.Object)
        {
            throw Invalid([new ProblemItem("/input", "must be an object")]);
        }

        if (request.Route is { } route && !published.Definition.Routing.Families.ContainsKey(route))
        {
            var families = string.Join(", ", published.Definition.Routing.Families.Keys.Order(StringComparer.Ordinal));
            throw Invalid([new ProblemItem("/options/route", $"must be a task family of routing.yaml: {families}")]);
        }

        var violations = published.InputSchema.Validate(request.Input);
        if (violations.Count > 0)
        {
            throw Invalid([.. violations.Select(v => new ProblemItem("/input" + v.Pointer, v.Reason))]);
        }

        var media = MediaCheck.Problems(published.Definition.Pipeline, request.Input).ToList();
        if (media.Count > 0)
        {
            throw Invalid([.. media.Select(m => new ProblemItem("/input/" + m.Field, m.Problem))]);
        }
    }

    static RefusedException Invalid(IReadOnlyList<ProblemItem> errors) => new(ErrorCodes.InputInvalid,
        "The pipeline can't take this request; errors names the places. Nothing was started; GET /api/pipelines/NAME/schema has the schema.",
        errors);
}
