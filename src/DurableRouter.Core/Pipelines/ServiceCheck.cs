using DurableRouter.Core.Routing;

namespace DurableRouter.Core.Pipelines;

/// <summary>Asks the router itself, before any run: is there a model that could serve each step, in every situation that the configuration
/// distinguishes? A candidate that can't is an explained rejection; a step without any is a problem of the file.</summary>
sealed class ServiceCheck(CompiledDefinition definition, IReadOnlyList<string> riskTags)
{
    static readonly IReadOnlyDictionary<string, string> Nobody = new Dictionary<string, string>();

    static readonly TextScore?[] Scores = [null, new(false, false, false, false), new(true, true, false, false), new(true, true, true, true)];

    /// <returns>Why no model can serve the step in some situation; null when one always can.</returns>
    public string? Unserved(CompiledStep step) => Situations(step).Select(facts => Unserved(step, facts)).FirstOrDefault(why => why is not null);

    IEnumerable<RouteFacts> Situations(CompiledStep step)
    {
        var plain = new RouteFacts(null, [], step.StaticPromptBytes, step.Definition.MaxOutputTokens, Nobody, null)
        {
            // What has words to fall back on need not be seen.
            Media = [.. step.Definition.Input.Select(f => f.Source).Where(s => s is { Media: not null, OrText: null }).Select(s => s.Media!).Distinct()],
        };
        var seen = step.Definition.Input.Select(f => f.Source.Media).OfType<string>().ToList();
        var policies = (definition.Family?.Policies ?? [])
            .Where(p => PolicyTable.IsAbout(p, step.Definition) && (p.When.Media is null || p.When.Media.Any(seen.Contains))).ToList();
        var routes = policies.Select(p => p.Route).Prepend(step.Route).OfType<StepRoute>().ToList();
        var tasks = routes.SelectMany(r => r.ByTask?.Keys ?? []).Distinct().Prepend(null);
        var scored = routes.SelectMany(r => r.Scored()).Distinct().ToList();
        var situations = from complexity in new int?[] { null, 1, 2, 3, 4, 5 }
                         from risk in riskTags.Select(t => (IReadOnlyList<string>)[t]).Prepend([])
                         from task in tasks
                         from score in scored.Count == 0 ? [null] : Scores
                         select plain with
                         {
                             Complexity = complexity,
                             Risk = risk,
                             Task = task,
                             Scores = score is null ? null : scored.ToDictionary(field => field, _ => score),
                         };
        return situations.Concat(policies.Select(p => InPolicy(p.When, plain)));
    }

    /// <summary>The least of a situation that the policy names: what lies beyond its bounds may be unservable, its edge may not.</summary>
    static RouteFacts InPolicy(PolicySituation when, RouteFacts plain) => plain with
    {
        Task = when.Tasks?[0],
        Risk = when.Risk is [PolicySituation.NoRisk] or null ? [] : [when.Risk[0]],
        InputTokens = (int)Math.Min(int.MaxValue, Math.Max(plain.InputTokens, Math.Floor(when.InputTokens?.Above ?? 0) + 1)),
        BudgetLeftUsd = when.BudgetLeftUsd is { } left ? left.Below is { } below ? below / 2 : left.Above + 1 : null,
    };

    string? Unserved(CompiledStep step, RouteFacts facts)
    {
        var used = facts;
        if (step.Route.DifferentModelThan is { } other && definition.FindStep(other) is { } producer)
        {
            var made = Router.Decide(producer.Definition, definition, facts with { OutputTokens = producer.Definition.MaxOutputTokens, InputTokens = producer.StaticPromptBytes });
            used = made.Candidates.Count == 0 ? facts : facts with { UsedModels = new Dictionary<string, string> { [other] = made.Candidates[0].Model } };
        }

        var decision = Router.Decide(step.Definition, definition, used);
        return decision.Candidates.Count > 0 ? null
            : $"{decision.Rule}: {string.Join("; ", decision.Rejected.Select(r => $"{r.Model}: {r.Reason}"))}";
    }
}
