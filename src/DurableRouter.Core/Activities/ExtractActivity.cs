namespace DurableRouter.Core.Activities;

/// <summary>Takes facts out of the input.</summary>
sealed class ExtractActivity : RoleActivity
{
    internal ExtractActivity(ModelAttempt attempt) : base(RouterActivities.Extract, attempt)
    {
    }
}
