using DurableRouter.Core.Durability;

namespace DurableRouter.Functions.Tests.Mutants;

/// <summary>Passes everything on; each mutant overrides what it breaks.</summary>
class MutantContext(IWorkflowContext inner) : IWorkflowContext
{
    public string RunId => inner.RunId;

    public DateTimeOffset CurrentTime => inner.CurrentTime;

    public bool IsReplaying => inner.IsReplaying;

    public int WorkflowVersion => inner.WorkflowVersion;

    public virtual Task<TOutput> CallActivityAsync<TInput, TOutput>(ActivityDefinition<TInput, TOutput> activity, TInput input)
        where TInput : class where TOutput : class => inner.CallActivityAsync(activity, input);

    public virtual Task<ExternalEvent?> WaitForEventAsync(string name, DateTimeOffset? deadline) => inner.WaitForEventAsync(name, deadline);

    public virtual Task DelayUntilAsync(DateTimeOffset due) => inner.DelayUntilAsync(due);

    public virtual void SetStatus(RunProgress progress) => inner.SetStatus(progress);
}

/// <summary>The first event of each wait gets lost.</summary>
sealed class LosesEvents(IWorkflowContext inner) : MutantContext(inner)
{
    public override async Task<ExternalEvent?> WaitForEventAsync(string name, DateTimeOffset? deadline) =>
        await base.WaitForEventAsync(name, deadline) is null ? null : await base.WaitForEventAsync(name, deadline);
}

/// <summary>Results of activities that run together arrive the other way round.</summary>
sealed class ReordersCompletions(IWorkflowContext inner) : MutantContext(inner)
{
    readonly List<Task> _out = [];

    public override async Task<TOutput> CallActivityAsync<TInput, TOutput>(ActivityDefinition<TInput, TOutput> activity, TInput input)
    {
        var call = base.CallActivityAsync(activity, input);
        _out.Add(call);
        await Task.Yield(); // the others are out before anybody goes on
        foreach (var younger in _out.Skip(_out.IndexOf(call) + 1).ToList())
        {
            await younger;
        }

        return await call;
    }
}

/// <summary>Timers count as fired when they are started.</summary>
sealed class SkipsTimers(IWorkflowContext inner) : MutantContext(inner)
{
    public override Task DelayUntilAsync(DateTimeOffset due) => Task.CompletedTask;
}

/// <summary>Every activity is scheduled twice.</summary>
sealed class RepeatsActivities(IWorkflowContext inner) : MutantContext(inner)
{
    public override async Task<TOutput> CallActivityAsync<TInput, TOutput>(ActivityDefinition<TInput, TOutput> activity, TInput input)
    {
        await base.CallActivityAsync(activity, input);
        return await base.CallActivityAsync(activity, input);
    }
}

/// <summary>What an activity throws doesn't arrive as the port's exception.</summary>
sealed class LosesFailures(IWorkflowContext inner) : MutantContext(inner)
{
    public override async Task<TOutput> CallActivityAsync<TInput, TOutput>(ActivityDefinition<TInput, TOutput> activity, TInput input)
    {
        try
        {
            return await base.CallActivityAsync(activity, input);
        }
        catch (ActivityFailedException)
        {
            throw new InvalidOperationException("something failed");
        }
    }
}

/// <summary>Nobody hears of the run's status.</summary>
sealed class LosesStatus(IWorkflowContext inner) : MutantContext(inner)
{
    public override void SetStatus(RunProgress progress)
    {
    }
}
