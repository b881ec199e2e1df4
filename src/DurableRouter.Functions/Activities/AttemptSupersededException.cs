namespace DurableRouter.Functions.Activities;

/// <summary>This delivery took so long that another one has given its attempt up. What the other one booked stands.</summary>
sealed class AttemptSupersededException(string key) : Exception($"attempt {key} was booked by another delivery");
