namespace DurableRouter.Core.Activities;

/// <summary>Writes text from what earlier steps found.</summary>
public sealed class GenerateActivity : RoleActivity
{
    internal GenerateActivity(ModelAttempt attempt) : base(RouterActivities.Generate, attempt)
    {
    }
}
