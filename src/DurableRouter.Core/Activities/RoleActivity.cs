using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Activities;

/// <summary>One attempt of one kind of step. Each kind is an activity of its own, so that a run's history reads like its pipeline.</summary>
abstract class RoleActivity : Activity<AttemptInput, AttemptResult>
{
    readonly ModelAttempt _attempt;

    private protected RoleActivity(ActivityDefinition<AttemptInput, AttemptResult> definition, ModelAttempt attempt) : base(definition) =>
        _attempt = attempt;

    public sealed override bool IsAttempt => true;

    public sealed override string? ConcurrencyKey(object input) => ((AttemptInput)input).Model;

    public sealed override Task<AttemptResult> RunAsync(IActivityScope scope, AttemptInput input, CancellationToken cancellationToken) =>
        _attempt.RunAsync(scope, input, cancellationToken);
}
