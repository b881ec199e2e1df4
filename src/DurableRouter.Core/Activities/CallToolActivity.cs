using DurableRouter.Core.Durability;
using DurableRouter.Core.Messages;

namespace DurableRouter.Core.Activities;

/// <summary>One call of a tool.</summary>
sealed class CallToolActivity : Activity<AttemptInput, AttemptResult>
{
    readonly ToolAttempt _attempt;

    internal CallToolActivity(ToolAttempt attempt) : base(RouterActivities.CallTool) => _attempt = attempt;

    public override bool IsAttempt => true;

    public override string? ConcurrencyKey(object input) => ((AttemptInput)input).Model;

    public override Task<AttemptResult> RunAsync(IActivityScope scope, AttemptInput input, CancellationToken cancellationToken) =>
        _attempt.RunAsync(scope, input, cancellationToken);
}
