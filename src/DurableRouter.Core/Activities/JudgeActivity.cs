namespace DurableRouter.Core.Activities;

/// <summary>Grades another step's answer by a rubric. A low score is a good answer of this call; the workflow sends the graded work back.</summary>
sealed class JudgeActivity : RoleActivity
{
    internal JudgeActivity(ModelAttempt attempt) : base(RouterActivities.Judge, attempt)
    {
    }
}
