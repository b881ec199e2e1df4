namespace DurableRouter.Core.Workflow;

/// <summary>Begins steps that run only when another needs them, each once, whoever asks first.</summary>
sealed class OnDemandSteps(Func<StepState, Task> run)
{
    readonly Dictionary<string, Task> _begun = new(StringComparer.Ordinal);

    public Task RunAsync(StepState step) => _begun.TryGetValue(step.Id, out var begun) ? begun : _begun[step.Id] = run(step);
}
