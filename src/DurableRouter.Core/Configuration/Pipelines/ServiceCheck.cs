using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Messages;
using DurableRouter.Core.Routing;
using DurableRouter.Core.Values;

namespace DurableRouter.Core.Configuration.Pipelines;

/// <summary>Asks the router itself, before any run: is there a model that could serve each step, in every situation that the configuration
/// distinguishes? A candidate that can't is an explained rejection; a step without any is a problem of the file.</summary>
sealed class ServiceCheck(CompiledDefinition definition, IReadOnlyList<string> riskTags)
{
    static readonly IReadOnlyDictionary<string, string> Nobody = new Dictionary<string, string>();

    static readonly int?[] Complexities = [null, 1, 2, 3, 4, 5];

    static readonly TextScore?[] Scores = [null, new(false, false, false, false), new(true, true, false, false), new(true, true, true, true)];

    /// <returns>Why no model can serve the step in some situation; null when one always can.</returns>
    public string? Unserved(CompiledStep step) => Situations(step).Select(facts => Unserved(step, facts)).FirstOrDefault(why => why is not null);

    IEnumerable<RouteFacts> Situations(CompiledStep step)
    {
        // What has words to fall back on need not be seen.
        var media = step.Definition.Input.Select(f => f.Source).Where(s => s is { Media: not null, OrText: null }).Select(s => s.Media!).Distinct().ToList();
        var seen = step.Definition.Input.Select(f => f.Source.Media).OfType<string>().ToList();
        // Who may check work depends on who made it, so what decides about that counts as well.
        var concerned = step.Route.DifferentModelThan is { } other && definition.FindStep(other) is { } producer ? [step, producer] : new[] { step };
        var rows = (definition.Family?.Policies ?? [])
            .Where(p => concerned.Any(s => PolicyTable.IsAbout(p, s.Definition)) && (p.When.Media is null || p.When.Media.Any(seen.Contains))).ToList();
        var routes = concerned.Select(s => s.Route).Concat(rows.Select(p => p.Route)).OfType<StepRoute>().ToList();
        IReadOnlyList<string?> tasks = [null, .. routes.SelectMany(r => r.ByTask?.Keys ?? []).Distinct()];
        return from when in rows.Select(p => p.When).Prepend(null)
               from seeing in media.Count == 0 ? [[]] : new IReadOnlyList<string>[] { media, [] }
               from task in when?.Tasks is { } named ? named : tasks
               let taken = routes.ConvertAll(r => r.At(task))
               let scored = taken.SelectMany(r => r.Scored()).Distinct().ToList()
               from complexity in taken.Exists(r => r.AsksComplexity) ? Complexities : [null]
               from score in scored.Count == 0 ? [null] : Scores
               from risk in Risks(when)
               select Bounded(when, new RouteFacts(complexity, risk, step.StaticPromptBytes, step.Definition.MaxOutputTokens, Nobody, null, Task: task,
                   Scores: score is null ? null : scored.ToDictionary(field => field, _ => score), Media: seeing));
    }

    /// <summary>One tag at a time: tags only add demands that each has alone.</summary>
    IEnumerable<IReadOnlyList<string>> Risks(PolicySituation? when) => when?.Risk switch
    {
        null => riskTags.Select(t => (IReadOnlyList<string>)[t]).Prepend([]),
        [PolicySituation.NoRisk] => [[]],
        var tags => tags.Select(t => (IReadOnlyList<string>)[t]),
    };

    /// <summary>The least of what the row names: what lies beyond its bounds may be unservable, its edge may not.</summary>
    static RouteFacts Bounded(PolicySituation? when, RouteFacts facts) => facts with
    {
        InputTokens = (int)Math.Min(int.MaxValue, Math.Max(facts.InputTokens, Math.Floor(when?.InputTokens?.Above ?? 0) + 1)),
        BudgetLeftUsd = when?.BudgetLeftUsd is { } left ? left.Below is { } below ? below / 2 : left.Above + 1 : null,
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
