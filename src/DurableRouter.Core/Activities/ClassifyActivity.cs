namespace DurableRouter.Core.Activities;

/// <summary>Sorts the input into one of the declared labels. Tags that the text itself earns are united with the model's: nothing that a
/// model says, or that a document makes it say, takes one away.</summary>
sealed class ClassifyActivity : RoleActivity
{
    internal ClassifyActivity(ModelAttempt attempt) : base(RouterActivities.Classify, attempt)
    {
    }
}
