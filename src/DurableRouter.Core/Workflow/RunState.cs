using System.Globalization;
using System.Text.Json;
using DurableRouter.Core.Compilation;
using DurableRouter.Core.Definitions;
using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Workflow;

/// <summary>What one execution of the workflow code knows of its run. Everything here follows from the input and the recorded results
/// in their recorded order, so a replay arrives at the same state.</summary>
sealed class RunState
{
    // Without RunContinuationsAsynchronously on purpose: with it Task.WhenAny would finish on the thread pool, off the run's scheduler.
    readonly TaskCompletionSource _over = new();
    readonly SortedSet<string> _risk = new(StringComparer.Ordinal);
    readonly Dictionary<string, string> _usedModels = new(StringComparer.Ordinal);
    readonly List<UnservedRoute> _unserved = [];
    Task? _resume;

    public RunState(IWorkflowContext context, RunInput input, CompiledDefinition compiled)
    {
        Context = context;
        Input = input;
        Compiled = compiled;
        Steps = [.. compiled.Steps.Select(s => new StepState(s))];
        References = new References(this);
        Budget = new RunBudget(RunBudget.Cap(input.BudgetUsd, compiled.Family?.Budgets?.PerRun ?? compiled.Definition.Routing.Budgets.PerRun));
        BudgetGate = new BudgetGate(this);
    }

    public IWorkflowContext Context { get; }
    public RunInput Input { get; }
    public CompiledDefinition Compiled { get; }

    /// <summary>In declared order, which is a topological order.</summary>
    public IReadOnlyList<StepState> Steps { get; }
    public References References { get; }
    public RunBudget Budget { get; }
    public BudgetGate BudgetGate { get; }

    /// <summary>The steps that say media in words. Set by the workflow before any step begins.</summary>
    public OnDemandSteps OnDemand { get; set; } = null!;

    /// <summary>True after a person chose to finish with the cheapest models.</summary>
    public bool CheapestOnly { get; set; }

    /// <summary>How far a person lets this run go past the pipeline's budget of the day, in US dollars; null: nobody was asked.</summary>
    public decimal? DayRaiseUsd { get; set; }
    public PipelineDefinition Pipeline => Compiled.Definition.Pipeline;
    public ModelCatalog Catalog => Compiled.Definition.Catalog;
    public RoutingPolicy Routing => Compiled.Definition.Routing;

    /// <summary>The one whose fallback policy counts: the requested route's, else the pipeline's.</summary>
    public FamilyPolicy Family => Input.Route is { } route && Routing.Families.TryGetValue(route, out var requested)
        ? requested : Routing.Families[Pipeline.Family];

    /// <summary>Only ever grows: no later answer takes a tag away.</summary>
    public IReadOnlyList<string> Risk => [.. _risk];
    public string? Category { get; private set; }
    public int? Complexity { get; private set; }

    /// <summary>What the pipeline says the run is about; else its category.</summary>
    public string? TaskType => Pipeline.Task is { } task
        ? References.Value(task) is { ValueKind: JsonValueKind.String } said ? said.GetString() : null
        : Category;

    /// <summary>Every accepted answer of every revision, in order of acceptance: what the baseline is priced by.</summary>
    public List<(StepState Step, StepAnswer Answer)> Accepted { get; } = [];
    public int Attempts { get; set; }
    public bool Simulated { get; set; }

    /// <summary>What tools have cost, in US dollars: they cost the same whichever models answer.</summary>
    public decimal ToolCostUsd { get; set; }

    /// <summary>Decisions of persons that changed what models said.</summary>
    public int Overrides { get; set; }
    public RunEnd? End { get; private set; }
    public bool IsOver => End is not null;

    public StepState Step(string id) => Steps.First(s => s.Id == id);

    public bool IsSimulated(ModelEntry model) => Compiled.Definition.Catalog.Providers[model.Provider].Kind == ProviderKind.Simulated;

    public string AttemptKey(string stepId, int revision, int ordinal) =>
        string.Create(CultureInfo.InvariantCulture, $"{Context.RunId}/{stepId}/{revision}/{ordinal}");

    /// <summary>Keeps a decision that no attempt follows until something can tell of it.</summary>
    public void Keep(UnservedRoute route) => _unserved.Add(route);

    /// <summary>The decisions kept since the last time, for what is recorded next; null when there is none.</summary>
    public IReadOnlyList<UnservedRoute>? TellUnserved()
    {
        IReadOnlyList<UnservedRoute>? told = _unserved.Count == 0 ? null : [.. _unserved];
        _unserved.Clear();
        return told;
    }

    /// <summary>Whose answers stand, by step.</summary>
    public IReadOnlyDictionary<string, string> UsedModels => _usedModels;

    /// <summary>Ends the run early; the first end wins. Calls that are out are awaited, nothing new begins.</summary>
    public void Finish(RunEnd end)
    {
        if (End is null)
        {
            End = end;
            _over.SetResult();
        }
    }

    /// <returns>False when the run was over first.</returns>
    public async Task<bool> BeforeEndAsync(Task work)
    {
        if (!IsOver)
        {
            await Task.WhenAny(OnSchedulerAsync(work), _over.Task);
        }

        if (work.IsCompleted)
        {
            await work;
        }

        return !IsOver;
    }

    /// <summary>Calls an activity; one that threw is repeated after a person said <c>resume</c>, so that nothing paid for is lost.</summary>
    /// <returns>Null when the run ended while this waited.</returns>
    public async Task<TOutput?> CallAsync<TInput, TOutput>(StepState step, ActivityDefinition<TInput, TOutput> activity, TInput input)
        where TInput : class where TOutput : class
    {
        while (true)
        {
            try
            {
                return await Context.CallActivityAsync(activity, input);
            }
            catch (ActivityFailedException)
            {
                // Awaited below: a catch block should not hold the failed call's stack for what may be days.
            }

            var before = step.WaitingFor;
            Waits(step, "resume");
            // One event for all branches that wait: a person resumes the run, not a branch.
            _resume = _resume is { IsCompleted: false } ? _resume : Context.WaitForEventAsync("resume", null);
            if (!await BeforeEndAsync(_resume))
            {
                return null;
            }

            Waits(step, before);
        }
    }

    public void Begins(StepState step)
    {
        step.Active = true;
        step.Rounds++;
        Waits(step, null);
    }

    public void Waits(StepState step, string? waitingFor)
    {
        step.WaitingFor = waitingFor;
        Report();
    }

    /// <summary>Makes an answer the step's: what later steps see, in place of an earlier revision's.</summary>
    public void Accept(StepState step, StepAnswer answer)
    {
        step.Answer = answer;
        _usedModels[step.Id] = answer.Model;
        Accepted.Add((step, answer));
        if (step.Definition.Kind == StepKind.Classify)
        {
            Classified(step);
        }

        Leaves(step);
    }

    /// <summary>The step's <c>when</c> doesn't hold: it is done without an answer.</summary>
    public void Skip(StepState step) => Leaves(step);

    public void Leaves(StepState step)
    {
        step.Active = false;
        step.Finished = true;
        step.WaitingFor = null;
        Report();
    }

    public void Report()
    {
        // Work that goes on hides what waits: a caller that waits for the run to need somebody must not leave while it still moves.
        var shown = Steps.FirstOrDefault(s => s.Active && s.WaitingFor is null)
            ?? Steps.FirstOrDefault(s => s.Active && !s.WaitingFor!.StartsWith("retry", StringComparison.Ordinal))
            ?? Steps.FirstOrDefault(s => s.Active);
        Context.SetStatus(new RunProgress(IsOver ? null : shown?.Id, $"{Steps.Count(s => s.Finished)}/{Steps.Count}",
            IsOver ? null : shown?.WaitingFor, Budget.SpentUsd, Budget.CapUsd));
    }

    /// <summary>Makes sure that what follows the host's task runs on the run's scheduler, however the host completes it.</summary>
    static async Task OnSchedulerAsync(Task work) => await work;

    void Classified(StepState step)
    {
        if (References.Value($"{step.Id}.risk") is { ValueKind: JsonValueKind.Array } risk)
        {
            _risk.UnionWith(risk.EnumerateArray().Where(t => t.ValueKind == JsonValueKind.String).Select(t => t.GetString()!));
        }

        // The first classification in declared order is the run's: parallel ones must not race for it.
        if (Steps.First(s => s.Definition.Kind == StepKind.Classify && s.Answer is not null) == step)
        {
            Category = References.Value($"{step.Id}.category")?.GetString();
            Complexity = References.Value($"{step.Id}.complexity") is { ValueKind: JsonValueKind.Number } c && c.TryGetInt32(out var complexity)
                ? complexity : null;
        }
    }
}
