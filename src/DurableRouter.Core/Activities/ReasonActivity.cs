namespace DurableRouter.Core.Activities;

/// <summary>Draws conclusions from what earlier steps found.</summary>
sealed class ReasonActivity : RoleActivity
{
    internal ReasonActivity(ModelAttempt attempt) : base(RouterActivities.Reason, attempt)
    {
    }
}
