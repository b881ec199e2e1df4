namespace DurableRouter.Core.Activities;

/// <summary>Writes text from what earlier steps found.</summary>
sealed class GenerateActivity : RoleActivity
{
    internal GenerateActivity(ModelAttempt attempt) : base(RouterActivities.Generate, attempt)
    {
    }
}
