using System.Text.Json;
using DurableRouter.Core;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Errors;
using DurableRouter.Core.Routing;
using DurableRouter.Core.Steps;
using DurableRouter.Http.Pipelines;
using DurableRouter.Http.Problems;

namespace DurableRouter.Http.Runs;

/// <summary>Turns a valid request into a run: checks the input, pins the definition, gives the id. The command line starts runs here too.</summary>
public sealed class RunStarter(IRunClient runs, IContentStore content, DefinitionRegistry definitions, TimeProvider clock)
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

        var runId = "run-" + Guid.CreateVersion7(clock.GetUtcNow());
        var input = new RunInput(1, published.Name, published.Sha256, fields, request.BudgetUsd, request.Route, requester, roles,
            InputScores.Of(published.ScoredFields, request.Input));
        var index = new RunIndexEntry(published.Name, request.Tags, requester);
        return await runs.StartAsync(new StartRun(runId, RouterWorkflow.PersistedName, input, index, items ?? [], idempotency), cancellationToken);
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
    }

    static RefusedException Invalid(IReadOnlyList<ProblemItem> errors) => new(ErrorCodes.InputInvalid,
        "The pipeline can't take this request; errors names the places. Nothing was started; GET /api/pipelines/NAME/schema has the schema.",
        errors);
}
