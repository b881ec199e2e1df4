namespace DurableRouter.Core.Activities;

/// <summary>Checks another step's claims. A failing verdict is a good answer of this step; the workflow sends the work back.</summary>
sealed class VerifyActivity : RoleActivity
{
    internal VerifyActivity(ModelAttempt attempt) : base(RouterActivities.Verify, attempt)
    {
    }
}
