using System.Text.Json;
using DurableRouter.Core.Configuration.Yaml;
using DurableRouter.Core.Definitions;

namespace DurableRouter.Core.Configuration.Pipelines;

/// <summary>A pipeline while it is read: which steps are declared, which are read, and where everything stands.</summary>
sealed class PipelineDraft(JsonElement input, IReadOnlyList<(string Id, IReadOnlyList<string> Needs)> declared)
{
    readonly Dictionary<string, StepDefinition> _read = [];
    readonly Dictionary<string, HashSet<string>> _reachable = [];

    public IReadOnlyList<string> Declared { get; } = [.. declared.Select(d => d.Id).Distinct()];

    public string Earlier => _read.Count == 0 ? "none, it is the first step" : string.Join(", ", _read.Keys);

    /// <summary>The line of every step.</summary>
    public Dictionary<string, int> StepLines { get; } = [];

    public Dictionary<string, int> SafeAnswerLines { get; } = [];

    public List<(string Tag, int Line)> RiskTags { get; } = [];

    /// <summary>The tasks that steps' own routes name.</summary>
    public List<(string Task, int Line)> Tasks { get; } = [];

    public bool IsRead(string id) => _read.ContainsKey(id);

    public bool IsDeclared(string id) => Declared.Contains(id);

    public void Add(StepDefinition step, MapReader map, IEnumerable<(string Tag, int Line)> riskTags)
    {
        StepLines[step.Id] = map.Line;
        SafeAnswerLines[step.Id] = map.LineOf("safeAnswer");
        RiskTags.AddRange(riskTags);
        if (_read.TryAdd(step.Id, step))
        {
            _reachable[step.Id] = [.. Reachable(step.Needs)];
        }
    }

    /// <summary>The needs and what they need in turn, in declared order.</summary>
    public IReadOnlyList<string> Reachable(IReadOnlyList<string> needs)
    {
        var all = new HashSet<string>(needs);
        foreach (var need in needs)
        {
            all.UnionWith(_reachable.GetValueOrDefault(need) ?? []);
        }

        return [.. Declared.Where(all.Contains)];
    }

    public ReferenceScope Scope(IReadOnlyList<string> needs) =>
        new(input, Reachable(needs).Where(_read.ContainsKey).ToDictionary(id => id, id => _read[id].Output), Declared.ToHashSet());

    /// <summary>Everything read so far: for the pipeline's result, and for a step whose needs are faulty, so that one fault is one problem.</summary>
    public ReferenceScope WholeScope() => new(input, _read.ToDictionary(s => s.Key, s => s.Value.Output), new HashSet<string>());

    /// <summary>The way from a needed step back to the step itself, as <c>a -> b -> a</c>; null when there is none.</summary>
    public string? CycleThrough(string id, string need)
    {
        var way = new List<string> { id };
        return id.Length > 0 && Leads(need, id, way, []) ? string.Join(" -> ", way) : null;
    }

    bool Leads(string from, string to, List<string> way, HashSet<string> seen)
    {
        way.Add(from);
        if (from == to)
        {
            return true;
        }

        if (seen.Add(from) && declared.Where(d => d.Id == from).SelectMany(d => d.Needs).Any(next => Leads(next, to, way, seen)))
        {
            return true;
        }

        way.RemoveAt(way.Count - 1);
        return false;
    }
}
